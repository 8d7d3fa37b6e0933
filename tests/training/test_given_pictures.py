"""A picture that is given is brought to its size as the training pictures were."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.data.drawing import encoded, zipped
from tests.graph.drawing import draw
from tests.training.drawing import ALL_FOR_TRAINING, clouds, run, with_settings
from wiregrad.data.dataset import Dataset
from wiregrad.data.importing import ImportOptions
from wiregrad.data.resizing import RULES, Resize
from wiregrad.data.store import DatasetStore
from wiregrad.graph.document import Normalization, TrainingSettings
from wiregrad.training.answering import Desk
from wiregrad.training.evaluation import Evaluator, evaluate
from wiregrad.training.model import Model
from wiregrad.training.questions import Evaluated, Question


def photographs() -> dict[str, bytes]:
    """Of different shapes, and different everywhere."""
    generator = np.random.default_rng(2)
    shapes = {"a/1.png": (30, 12), "a/2.png": (9, 40), "b/1.png": (16, 16), "b/2.jpg": (25, 33)}
    return {
        name: encoded(
            generator.integers(0, 256, (*shape, 3), np.uint8), "JPEG" if name.endswith("jpg") else "PNG"
        )
        for name, shape in shapes.items()
    }


def imported(folder: Path, options: ImportOptions) -> Dataset:
    return DatasetStore(folder).add(zipped(folder / "x.zip", photographs()), "x.zip", options=options)


def trained(dataset: Dataset, channels: int, normalized: tuple[str, ...] = ()) -> Model:
    """A filter that does not move, whose Output `shown` is the picture as the graph gets it."""
    graph = draw(
        {
            "x": ("Input", {"name": "image", "shape": [channels, 8, 10]}),
            "conv": ("Conv2D", {"filters": 1}),
            "sgd": ("Optimizer", {"learning_rate": 0.0}),
            "shown": ("Output", {"name": "shown", "units": "scaled"}),
        },
        ["x -> conv", "conv -> sgd.loss", "x -> shown"],
    ).document
    scales = tuple(Normalization(column=name) for name in normalized)
    settings = TrainingSettings(split=ALL_FOR_TRAINING, epochs=1, normalization=scales)
    kept: list[Model] = []
    list(run(with_settings(graph, settings), dataset, kept=kept))
    return kept[-1]


@pytest.mark.parametrize("color", ["color", "grey"])
@pytest.mark.parametrize("resize", RULES)
def test_it_becomes_what_it_is_in_the_dataset(resize: Resize, color: str, tmp_path: Path) -> None:
    options = ImportOptions.model_validate({"size": (8, 10), "resize": resize, "color": color})
    dataset = imported(tmp_path, options)
    model = trained(dataset, 1 if color == "grey" else 3, ("image",))
    model.save(tmp_path / "model.safetensors")
    evaluator = Evaluator(Model.load(tmp_path / "model.safetensors"))
    samples = dataset.take(np.arange(4), ["image"])["image"]
    for content in photographs().values():
        shown = np.array(evaluator.evaluate(pictures={"image": content})["shown"].value)
        as_samples = [
            np.array(evaluator.evaluate({"image": each.tolist()})["shown"].value) for each in samples
        ]
        assert min(np.abs(shown - sample).max() for sample in as_samples) < 1e-6


def test_each_rule_makes_another_picture_of_it(tmp_path: Path) -> None:
    wide = photographs()["a/2.png"]
    found = []
    for resize in RULES:
        folder = tmp_path / resize
        folder.mkdir()
        dataset = imported(folder, ImportOptions(size=(8, 10), resize=resize))
        assert dataset.resize == resize
        found.append(np.array(evaluate_picture(trained(dataset, 3), wide)))
    assert all(np.abs(a - b).max() > 0.1 for a, b in zip(found, [*found[1:], found[0]], strict=True))


def evaluate_picture(model: Model, content: bytes) -> object:
    return Evaluator(model).evaluate(pictures={"image": content})["shown"].value


def test_where_nobody_chose_a_picture_covers_its_place(tmp_path: Path) -> None:
    """So did all that was trained before the rule was kept, and so do sets that come with the package."""
    assert clouds().resize == "crop"
    model = trained(imported(tmp_path, ImportOptions(size=(8, 10))), 3)
    assert model.details.resize == "crop"
    old = model.details.model_dump(exclude={"resize"})
    assert type(model.details).model_validate(old).resize == "crop"
    assert set(evaluate(model, {"image": np.zeros((3, 8, 10)).tolist()})) == {"shown"}


def test_the_answer_tells_the_rule_of_the_model_and_not_that_of_the_dataset(tmp_path: Path) -> None:
    model = trained(imported(tmp_path, ImportOptions(size=(8, 10), resize="fit")), 3)
    assert told_rule(model, tmp_path / "new.safetensors") == RULES["fit"]
    old = type(model.details).model_validate(model.details.model_dump(exclude={"resize"}))
    assert told_rule(replace(model, details=old), tmp_path / "old.safetensors") == RULES["crop"]


def told_rule(model: Model, path: Path) -> str:
    model.save(path)
    question = Question(model=str(path), inputs={"image": np.zeros((3, 8, 10)).tolist()})
    reply = Desk().reply(question.model_dump_json().encode())
    assert isinstance(reply, Evaluated)
    return reply.resize
