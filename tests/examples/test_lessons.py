"""What the larger examples show: each is trained once, on the command line, and looked at from all sides."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wiregrad
from tests.examples.running import wiregrad_command
from wiregrad.data.catalogue import builtin
from wiregrad.training.commands import Control
from wiregrad.training.evaluation import Evaluator
from wiregrad.training.events import StepsEvent
from wiregrad.training.loop import train
from wiregrad.training.model import Model
from wiregrad.training.spec import RunSpec

LESSONS = ("count-people", "gan", "overfit", "shared-weights")
CLOUDS = 8


@dataclass(frozen=True)
class Lesson:
    """A finished run: every line that the command wrote, and the model that it left."""

    lines: list[dict[str, Any]]
    model: Model

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["type"] == kind]

    @property
    def result(self) -> dict[str, Any]:
        (result,) = self.told("result")
        return result

    @cached_property
    def evaluator(self) -> Evaluator:
        return Evaluator(self.model)

    def curve(self, split: str) -> list[float]:
        return [epoch["losses"][split]["loss"] for epoch in self.told("epoch")]


@pytest.fixture(scope="module")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> "Lessons":
    return Lessons(tmp_path_factory.mktemp("lessons"))


class Lessons:
    """Trains an example when a test first asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._taught: dict[str, Lesson] = {}

    def __getitem__(self, name: str) -> Lesson:
        if name not in self._taught:
            out = f"{name}.safetensors"
            answer = wiregrad_command("train", name, "--json", "--out", out, folder=self._folder)
            assert (answer.code, answer.complaints) == (0, "")
            lines = [json.loads(line) for line in answer.lines]
            self._taught[name] = Lesson(lines, Model.load(self._folder / out))
        return self._taught[name]


@pytest.mark.parametrize("name", LESSONS)
def test_python_trains_as_the_command_does(name: str, lessons: Lessons) -> None:
    """The same seed gives the same steps, bit for bit: those of the beginning are compared."""
    document = wiregrad.examples[name].document
    settings = document.training.model_copy(update={"steps": 5})
    dataset = builtin()[settings.dataset]() if settings.dataset else None
    events = list(train(RunSpec.of(document, settings), dataset, Control()))
    losses = [event.losses for event in events if isinstance(event, StepsEvent)]
    for optimizer in losses[0]:
        here = [loss for part in losses for loss in part[optimizer]]
        there = [loss for line in lessons[name].told("steps") for loss in line["losses"][optimizer]]
        assert here == there[:5]


def test_people_are_counted(lessons: Lessons) -> None:
    """A mean error of at most half a person, and the weights of the epoch that was marked best."""
    lesson = lessons["count-people"]
    epochs = lesson.told("epoch")
    best = min(epochs, key=lambda epoch: float(epoch["metrics"]["validation"]["error"]))
    assert best["metrics"]["validation"]["error"] <= 0.5
    assert lesson.result["best_epoch"] == best["epoch"]
    assert lesson.result["kept"] == "best"
    assert lesson.result["metrics"]["test"]["error"] <= 0.5


@pytest.mark.parametrize("loss", ["mae", "mse"])
def test_either_error_may_be_chosen_for_counting(loss: str) -> None:
    document = wiregrad.examples["count-people"].document.to_json()
    (node,) = (node for node in document["nodes"] if node["kind"] == "Loss")
    assert node["settings"]["loss"] == "mae"
    node["settings"]["loss"] = loss
    assert not wiregrad.Graph.from_json(document).check().problems


def test_learning_by_heart_is_seen_and_stopped(lessons: Lessons) -> None:
    """Validation turns up while training falls on; the turning epoch is marked and its weights are kept."""
    lesson = lessons["overfit"]
    training, validation = lesson.curve("train"), lesson.curve("validation")
    turn = int(np.argmin(validation))
    assert lesson.result["best_epoch"] == turn + 1
    assert validation[-1] > 1.1 * validation[turn]
    assert training[-1] < 0.1 * training[turn]
    assert lesson.told("epoch")[turn]["best"]
    assert not any(epoch["best"] for epoch in lesson.told("epoch")[turn + 1 :])
    assert len(validation) == turn + 1 + 100
    assert "Stopped early" in lesson.lines[-1]["reason"]
    assert lesson.model.details.step == lesson.result["best_step"]


def test_pairs_are_told_apart(lessons: Lessons) -> None:
    assert lessons["shared-weights"].result["metrics"]["test"]["accuracy"] >= 0.9


def test_swapping_a_pair_changes_nothing(lessons: Lessons) -> None:
    """Both pictures go through the same weights, so which is left and which is right cannot matter."""
    pairs = builtin()["digit-pairs"]().take(np.arange(20), ["left", "right"])
    left, right = pairs["left"].tolist(), pairs["right"].tolist()
    evaluator = lessons["shared-weights"].evaluator
    one = evaluator.evaluate({"left": left, "right": right})["prediction"].value
    other = evaluator.evaluate({"left": right, "right": left})["prediction"].value
    np.testing.assert_allclose(np.array(one, float), np.array(other, float), rtol=1e-5)


def test_invented_points_cover_the_ring(lessons: Lessons) -> None:
    """At least 7 of the 8 clouds get 1 in 100 of the points, within three deviations of their middle."""
    points = np.array(lessons["gan"].result["outputs"]["prediction"])
    angles = np.arange(CLOUDS) * 2 * np.pi / CLOUDS
    middles = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    distances = np.linalg.norm(points[:, None] - middles, axis=-1)
    near = np.bincount(distances.argmin(1)[distances.min(1) < 3 * 0.05], minlength=CLOUDS)
    assert (near >= 0.01 * len(points)).sum() >= 7


def test_the_networks_move_only_themselves() -> None:
    """Each Optimizer of the pair has a list of its own, and the discriminator steps first."""
    first, second = wiregrad.compile(wiregrad.examples["gan"]).ends.optimizers
    assert first.role.optimized_nodes == ("discriminator-1", "discriminator-2", "discriminator-3")
    assert set(first.role.optimized_nodes).isdisjoint(
        second.role.optimized_nodes or first.role.optimized_nodes
    )
