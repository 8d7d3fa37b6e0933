"""What the larger examples show: each is trained once, on the command line, and looked at from all sides."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import wiregrad
from tests.examples.running import wiregrad_command
from tests.requirements import require_torch
from wiregrad.data.catalogue import builtin
from wiregrad.training.commands import Control
from wiregrad.training.evaluation import Evaluator
from wiregrad.training.events import ResultEvent, StepsEvent
from wiregrad.training.loop import train
from wiregrad.training.model import Model
from wiregrad.training.spec import RunSpec

LESSONS = (
    "autoencoder",
    "count-people",
    "few-pictures",
    "gan",
    "memory-cell",
    "overfit",
    "read-row-by-row",
    "residual",
    "shared-weights",
    "tiny-transformer",
)
ACCURACY = {
    "few-pictures": 0.92,
    "memory-cell": 0.93,
    "read-row-by-row": 0.96,
    "residual": 0.97,
    "shared-weights": 0.9,
}
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
    """The same seed gives the same steps: the first losses are compared, as far as the log tells them."""
    document = wiregrad.examples[name].document
    dataset = builtin()[document.training.dataset]() if document.training.dataset else None
    events = train(RunSpec.of(document), dataset, Control())
    here = next(event for event in events if isinstance(event, StepsEvent)).losses
    there = next(iter(lessons[name].told("steps")))["losses"]
    for optimizer in here:
        assert there[optimizer][0] == pytest.approx(here[optimizer][0], rel=1e-6)


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


@pytest.mark.parametrize("name", ACCURACY)
def test_as_many_are_right_as_promised(name: str, lessons: Lessons) -> None:
    assert lessons[name].result["metrics"]["test"]["accuracy"] >= ACCURACY[name]


def test_confusions_count_every_test_sample(lessons: Lessons) -> None:
    lesson = lessons["read-row-by-row"]
    matrix = np.array(lesson.result["confusion"]["test"]["mistakes"])
    (started,) = lesson.told("started")
    assert matrix.shape == (10, 10)
    assert matrix.sum() == started["samples"]["test"]
    assert np.trace(matrix) / matrix.sum() == pytest.approx(lesson.result["metrics"]["test"]["accuracy"])


def test_digits_are_drawn_again_from_eight_numbers(lessons: Lessons) -> None:
    """Much closer than the best that one picture for all digits could do."""
    lesson = lessons["autoencoder"]
    digits = builtin()["digits"]().take(np.arange(50), ["image"])["image"]
    drawn = np.array(lesson.evaluator.evaluate({"image": digits.tolist()})["prediction"].value, float)
    assert drawn.shape == digits.shape
    assert ((drawn - digits) ** 2).mean() < 0.3 * ((digits.mean(0) - digits) ** 2).mean()


def test_swapping_a_pair_changes_nothing(lessons: Lessons) -> None:
    """Both pictures go through the same weights, so which is left and which is right cannot matter."""
    pairs = builtin()["digit-pairs"]().take(np.arange(20), ["left", "right"])
    left, right = pairs["left"].tolist(), pairs["right"].tolist()
    evaluator = lessons["shared-weights"].evaluator
    one = evaluator.evaluate({"left": left, "right": right})["prediction"].value
    other = evaluator.evaluate({"left": right, "right": left})["prediction"].value
    np.testing.assert_allclose(np.array(one, float), np.array(other, float), rtol=1e-5)


def test_gradients_of_both_uses_add_up_as_in_pytorch() -> None:
    """One PyTorch module called twice gets the same gradients as one node with two connections."""
    torch = require_torch()
    program = wiregrad.compile(wiregrad.examples["shared-weights"], batch_size=16, dtype="float64")
    state = program.init(seed=0)
    pairs = builtin()["digit-pairs"]().take(np.arange(16), ["left", "right", "same"])
    batch = {name: array.astype(np.float64 if array.ndim > 1 else np.int64) for name, array in pairs.items()}
    sizes = {"shared-1": (64, 64), "shared-2": (64, 32), "scores": (32, 2)}
    layers = {name: torch.nn.Linear(*size).double() for name, size in sizes.items()}
    with torch.no_grad():
        for name, array in state.parameters.items():
            layer, _, tensor = name.partition(".")
            layers[layer].get_parameter(tensor).copy_(torch.from_numpy(array))
    left, right = (
        layers["shared-2"](layers["shared-1"](torch.from_numpy(batch[side]).flatten(1)).relu())
        for side in ("left", "right")
    )
    scores = layers["scores"]((left - right).abs())
    torch.nn.functional.cross_entropy(scores, torch.from_numpy(batch["same"])).backward()
    gradients = program.trace(state, batch).gradients
    for name in state.parameters:
        layer, _, tensor = name.partition(".")
        theirs = layers[layer].get_parameter(tensor).grad.numpy()
        np.testing.assert_allclose(gradients[name], theirs, rtol=1e-10, atol=1e-13, err_msg=name)


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


def test_changed_pictures_teach_more_than_the_same_ones_again(lessons: Lessons) -> None:
    document = wiregrad.examples["few-pictures"].document
    plain = document.training.model_copy(update={"augmentation": ()})
    events = train(RunSpec.of(document, plain), builtin()["digits"](), Control())
    (without,) = (event for event in events if isinstance(event, ResultEvent))
    wrong_with = 1 - lessons["few-pictures"].result["metrics"]["test"]["accuracy"]
    assert 1 - (without.metrics["test"]["accuracy"] or 0) > 1.2 * wrong_with


def test_letters_are_foreseen_better_than_by_how_often_they_occur(lessons: Lessons) -> None:
    """The entropy of the letters, 3.10 nats, is what guessing by their frequency costs."""
    column = builtin()["sonnets"]().take(np.arange(1960), ["next"])["next"]
    shares = np.bincount(column.ravel()) / column.size
    entropy = float(-(shares * np.log(shares)).sum())
    assert entropy == pytest.approx(3.10, abs=0.01)
    assert lessons["tiny-transformer"].curve("validation")[-1] < 0.7 * entropy


def test_no_letter_is_foreseen_by_looking_ahead(lessons: Lessons) -> None:
    """What comes after a place changes nothing of what is said at it."""
    text = builtin()["sonnets"]().take(np.arange(1), ["text"])["text"]
    changed = np.concatenate([text[:, :30], (text[:, 30:] + 7) % 61], axis=1)
    evaluator = lessons["tiny-transformer"].evaluator
    said, other = (
        np.array(evaluator.evaluate({"text": given.tolist()})["prediction"].value, float)
        for given in (text, changed)
    )
    np.testing.assert_allclose(said[:, :30], other[:, :30], rtol=1e-5, atol=1e-5)
    assert not np.allclose(said[:, 30:], other[:, 30:], atol=1e-2)


def test_residual_blocks_equal_those_of_pytorch() -> None:
    """The network written by hand in PyTorch takes the same steps: losses, weights and running statistics."""
    torch = require_torch()
    nn = torch.nn

    class Residual(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            for number in ("1", "2"):
                self.add_module(f"conv-{number}", nn.Conv2d(16, 16, 3, padding="same", bias=False))
                self.add_module(f"norm-{number}", nn.BatchNorm2d(16))

        def forward(self, x: Any) -> Any:  # noqa: ANN401 - a tensor of PyTorch
            found = self.get_submodule("norm-1")(self.get_submodule("conv-1")(x)).relu()
            return (x + self.get_submodule("norm-2")(self.get_submodule("conv-2")(found))).relu()

    parts = {"conv": nn.Conv2d(1, 16, 3, padding="same", bias=False), "norm": nn.BatchNorm2d(16)}
    parts |= {f"block-{number}": Residual() for number in (1, 2, 3)} | {"scores": nn.Linear(16, 10)}
    network = nn.ModuleDict(parts).double()
    program = wiregrad.compile(wiregrad.examples["residual"], batch_size=32, dtype="float64")
    session = program.session(program.init(seed=0))
    with torch.no_grad():
        for name, array in _by_torch_names(session.state().parameters).items():
            network.get_parameter(name).copy_(torch.from_numpy(array)) if "running" not in name else None
    samples = builtin()["digits"]().take(np.arange(96), ["image", "digit"])
    optimizer = torch.optim.SGD(network.parameters(), 0.1, momentum=0.9)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 100)
    session.set_horizon(total_steps=100, steps_per_epoch=10)
    for rows in np.arange(96).reshape(3, 32):
        batch = {"image": samples["image"][rows].astype(np.float64), "digit": samples["digit"][rows]}
        x = network["norm"](network["conv"](torch.from_numpy(batch["image"]))).relu()
        for number in (1, 2, 3):
            x = network[f"block-{number}"](x)
        loss = nn.functional.cross_entropy(
            network["scores"](x.mean((2, 3))), torch.from_numpy(batch["digit"])
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        assert session.step(batch).losses["loss"] == pytest.approx(float(loss.detach()), rel=1e-10)
    for name, array in _by_torch_names(session.state().parameters).items():
        theirs = network.state_dict()[name].numpy()
        np.testing.assert_allclose(array, theirs, rtol=1e-9, atol=1e-12, err_msg=name)


def _by_torch_names(tensors: Mapping[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """`block-1/conv-1.weight` is `block-1.conv-1.weight` there."""
    return {name.replace("/", "."): array for name, array in tensors.items()}
