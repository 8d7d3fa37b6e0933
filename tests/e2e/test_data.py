"""Data of one's own: imported in the browser, trained on, and refused with the place that is wrong."""

import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.data.broken import idx
from tests.e2e.studio import Studio
from tests.e2e.watched_page import WatchedPage

PICTURES_IN_A_CLASS = 40
PROBABLY = re.compile(r"([6-9]\d|100) %")
COLORS = {"cat": (210, 120, 40), "dog": (40, 90, 160)}


def picture_of(label: str, seed: int) -> bytes:
    """Noise around the class's color: easy to tell apart, and never twice the same."""
    noise = np.random.default_rng(seed).normal(0, 30, (32, 32, 3))
    pixels = np.clip(np.array(COLORS[label]) + noise, 0, 255).astype(np.uint8)
    content = io.BytesIO()
    Image.fromarray(pixels).save(content, format="PNG")
    return content.getvalue()


def folder_of_pictures(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for label in COLORS:
            for number in range(PICTURES_IN_A_CLASS):
                archive.writestr(f"pets/{label}/{number}.png", picture_of(label, number))
    return path


def test_a_folder_of_pictures_is_imported_and_trained_on(page: Page, tmp_path: Path) -> None:
    page.goto("/data")
    page.get_by_test_id("upload-input").set_input_files(folder_of_pictures(tmp_path / "my-pets.zip"))
    expect(page.get_by_test_id("data-page")).to_contain_text("my-pets")
    expect(page.get_by_test_id("data-page")).to_contain_text("80 samples")

    studio = Studio(page)
    studio.open_example("two-classes")
    studio.select_nothing()
    page.get_by_test_id("field-dataset").click()
    page.get_by_role("option", name="my-pets").click()
    studio.choose_column("picture", "image")
    studio.choose_column("pet", "label")
    studio.train_to_the_end()

    studio.open_evaluation()
    for label in COLORS:
        picture = tmp_path / f"a-new-{label}.png"
        picture.write_bytes(picture_of(label, seed=1000))
        page.get_by_test_id("picture-file").set_input_files(picture)
        expect(page.get_by_test_id(f"output-prediction-bar-{label}")).to_contain_text(PROBABLY)
    bars = studio.read_bars("prediction")
    assert bars.keys() == COLORS.keys()
    assert sum(bars.values()) == pytest.approx(100, abs=1)


def test_a_table_with_a_short_row_is_refused_with_its_line(watched: WatchedPage, tmp_path: Path) -> None:
    watched.expect_complaint("status of 4")  # the browser itself reports a refused request
    table = tmp_path / "measurements.csv"
    table.write_text("x,y\n1,2\n3\n5,6\n")
    page = watched.page
    page.goto("/data")
    page.get_by_test_id("upload-input").set_input_files(table)
    refusal = page.get_by_test_id("upload-error")
    expect(refusal).to_contain_text("measurements.csv was not imported")
    expect(refusal).to_contain_text("3")
    page.reload()
    expect(page.get_by_test_id("data-page")).to_be_visible()
    expect(page.get_by_text("measurements")).to_have_count(0)


def test_missing_cells_are_refused_and_then_dropped(watched: WatchedPage, tmp_path: Path) -> None:
    watched.expect_complaint("status of 4")
    table = tmp_path / "gaps.csv"
    table.write_text("height,animal\n1.5,cat\n,dog\n2.5,dog\n")
    page = watched.page
    page.goto("/data")
    page.get_by_test_id("upload-input").set_input_files(table)
    refusal = page.get_by_test_id("upload-error")
    expect(refusal).to_contain_text("Row 3, column 'height'")
    page.get_by_test_id("retry-missing").click()
    page.get_by_role("option", name="Drop the row").click()
    refusal.get_by_role("button", name="Import again").first.click()
    expect(page.get_by_role("heading", name="2 samples, 2 columns")).to_be_visible()
    expect(page.get_by_test_id("column-animal").get_by_role("listitem")).to_have_text(
        [re.compile("cat.*1.*50 %"), re.compile("dog.*1.*50 %")]
    )
    expect(page.get_by_label("How height is spread from 1.5 to 2.5")).to_be_visible()


def test_the_files_of_mnist_are_imported_together(page: Page, tmp_path: Path) -> None:
    files = {
        "train-images-idx3-ubyte": idx(np.zeros((60, 5, 5), dtype=np.uint8)),
        "train-labels-idx1-ubyte": idx(np.arange(60, dtype=np.uint8) % 3),
        "t10k-images-idx3-ubyte": idx(np.full((4, 5, 5), 9, dtype=np.uint8)),
        "t10k-labels-idx1-ubyte": idx(np.zeros(4, dtype=np.uint8)),
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    page.goto("/data")
    page.get_by_test_id("upload-input").set_input_files([tmp_path / name for name in files])
    expect(page.get_by_role("heading", name="64 samples, 3 columns")).to_be_visible()
    expect(page.get_by_test_id("column-split").get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_test_id("dataset-hash")).to_be_visible()
    expect(page.get_by_test_id("samples-place")).to_have_text("1 to 48 of 64")
    page.get_by_role("button", name="Next samples").click()
    expect(page.get_by_test_id("samples-place")).to_have_text("49 to 64 of 64")
    expect(page.get_by_alt_text(re.compile("image of sample"))).to_have_count(16)
    page.get_by_role("button", name="Previous samples").click()
    expect(page.get_by_test_id("samples-place")).to_have_text("1 to 48 of 64")
