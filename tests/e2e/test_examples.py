"""The examples, opened and trained as a newcomer does it, read off the page."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.server import Server
from tests.e2e.studio import Studio

NEARLY_SURE = re.compile(r"(9\d|100) %")


@pytest.mark.parametrize(
    ("example", "outputs"),
    [
        ("lower-a-parameter", {"value": -5.0}),
        ("raise-a-parameter", {"value": 15.0}),
        ("rosenbrock", {"x1": 1.00884, "x2": 1.02139, "y": 9.134e-05}),
    ],
)
def test_a_parameter_graph_ends_where_it_should(page: Page, example: str, outputs: dict[str, float]) -> None:
    studio = Studio(page)
    studio.open_example(example)
    studio.train_to_the_end()
    studio.open_evaluation()
    assert {name: studio.read_output(name) for name in outputs} == pytest.approx(outputs, rel=1e-3)


def accuracy_of_newest_run(server: Server) -> float:
    """The newest run's figure on samples that it never saw."""
    run = server.newest_run()["id"]
    (result,) = server.events_of(run, "result")
    accuracy: float = result["metrics"]["test"]["accuracy"]
    return accuracy


@pytest.mark.parametrize(("example", "accuracy"), [("digits-mlp", 0.95), ("digits-cnn", 0.98)])
def test_digits_are_learned(page: Page, server: Server, example: str, accuracy: float) -> None:
    studio = Studio(page)
    studio.open_example(example)
    studio.train_to_the_end()
    assert accuracy_of_newest_run(server) >= accuracy

    studio.open_evaluation()
    studio.pick_sample(0)
    expect(page.get_by_test_id("sample-digit")).to_have_text("0")
    expect(page.get_by_test_id("output-prediction-bar-0")).to_contain_text(NEARLY_SURE)
    bars = studio.read_bars("prediction")
    assert len(bars) == 10
    assert sum(bars.values()) == pytest.approx(100, abs=6)


def ginger_picture() -> bytes:
    picture = Image.fromarray(np.full((32, 32, 3), (200, 120, 60), dtype=np.uint8))
    content = io.BytesIO()
    picture.save(content, format="PNG")
    return content.getvalue()


def test_a_picture_is_told_to_be_a_cat_or_a_dog(page: Page, tmp_path: Path) -> None:
    picture = tmp_path / "pet.png"
    picture.write_bytes(ginger_picture())
    studio = Studio(page)
    studio.open_example("two-classes")
    studio.train_to_the_end()
    studio.open_evaluation()
    expect(page.get_by_text("scaled to cover the size and cut about the middle")).to_be_visible()
    page.get_by_test_id("picture-file").set_input_files(picture)
    for label in ("cat", "dog"):
        expect(page.get_by_test_id(f"output-prediction-bar-{label}")).to_be_visible()
    assert sum(studio.read_bars("prediction").values()) == pytest.approx(100, abs=1)
