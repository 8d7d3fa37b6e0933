"""The seed decides everything: two runs are equal bit for bit, with chance in the data and in the graph."""

from pathlib import Path

from tests.graph.drawing import draw
from tests.training.drawing import losses_of
from wiregrad.data.store import DatasetStore
from wiregrad.graph.document import Augmentation, TrainingSettings
from wiregrad.training.commands import Control
from wiregrad.training.loop import train
from wiregrad.training.model import Model
from wiregrad.training.spec import RunSpec

STEPS = 25


def trained(datasets: Path, seed: int) -> tuple[list[float | None], dict[str, bytes]]:
    """The losses and the final tensors of a run over changed pictures and dropped values."""
    graph = draw(
        {
            "x": ("Input", {"name": "image", "shape": [1, 8, 8]}),
            "y": ("Input", {"name": "digit", "dtype": "int64", "shape": []}),
            "flat": "Flatten",
            "drop": ("Dropout", {"probability": 0.3}),
            "logits": ("Linear", {"units": 10}),
            "loss": ("Loss", {"loss": "cross_entropy"}),
            "adam": ("Optimizer", {"algorithm": "adam", "learning_rate": 0.01}),
        },
        [
            "x -> flat.input",
            "flat -> drop.input",
            "drop -> logits.input",
            "logits -> loss.prediction",
            "y -> loss.target",
            "loss -> adam.loss",
        ],
    )
    augmentation = (
        Augmentation(kind="Noise", column="image", settings={"deviation": 0.1}),
        Augmentation(kind="Flip", column="image"),
    )
    training = TrainingSettings(dataset="digits", steps=STEPS, seed=seed, augmentation=augmentation)
    kept: list[Model] = []
    spec = RunSpec.of(graph.document, training)
    losses = losses_of(train(spec, DatasetStore(datasets).get("digits"), Control(), kept.append))
    return losses, {name: array.tobytes() for name, array in kept[-1].tensors.items()}


def test_two_runs_with_the_same_seed_are_the_same_bit_for_bit(tmp_path: Path) -> None:
    first, again = trained(tmp_path, 7), trained(tmp_path, 7)
    assert len(first[0]) == STEPS
    assert first == again


def test_another_seed_is_another_run(tmp_path: Path) -> None:
    assert trained(tmp_path, 7)[0] != trained(tmp_path, 8)[0]
