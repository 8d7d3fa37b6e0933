"""What is measured: the networks, the sizes of their batches, and what is asked of the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

BEST = "best"
"""Stands for the fastest of the others."""

CHUNK = 10_000
"""Steps of a graph without data in one call."""

CHECKED_STEPS = 3
"""After so many steps from the same weights, losses have to agree."""

HORIZON = 100_000
"""The length of a run, for schedules that follow it."""

ROSENBROCK_RATE = 0.001


@dataclass(frozen=True, slots=True)
class Column:
    """What is fed: normally distributed numbers, or with `classes` whole numbers below."""

    shape: tuple[int, ...]
    classes: int | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """How many times faster than another Wiregrad is to be: at least, and as an aim."""

    least: float
    aim: float | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """`network` names it in each framework's file; `tolerance` is how far losses may differ, relatively."""

    network: str
    title: str
    batch: int = 1
    columns: Mapping[str, Column] = field(default_factory=dict)
    bars: Mapping[str, Bar] = field(default_factory=dict)
    has_pictures: bool = False
    tolerance: float = 1e-3


def _classified(**inputs: Column) -> dict[str, Column]:
    return {**inputs, "digit": Column((), classes=10)}


def _mlp(batch: int) -> Case:
    columns = _classified(image=Column((784,)))
    return Case("mlp", f"MLP 784-256-128-10, batch {batch}, Adam", batch, columns, {BEST: Bar(1.5, 2)})


def _cnn(batch: int, network: str, title: str, bars: Mapping[str, Bar]) -> Case:
    return Case(network, title, batch, _classified(image=Column((1, 28, 28))), bars, has_pictures=True)


CHARACTERS = 61
CONTEXT = 48

CASES: dict[str, Case] = {
    "rosenbrock": Case(
        "rosenbrock",
        "Rosenbrock, 2 numbers, SGD, every loss recorded",
        bars={"torch": Bar(1000), "jax-loop": Bar(1, 2)},
    ),
    "mlp-32": _mlp(32),
    "mlp-128": _mlp(128),
    "mlp-512": _mlp(512),
    "cnn-64": _cnn(
        64, "cnn", "CNN: conv 32, pool, conv 64, pool, 128, 10; 1x28x28, batch 64, Adam", {BEST: Bar(2, 3)}
    ),
    "resnet20-64": Case(
        "resnet20",
        "ResNet-20, 3x32x32, batch 64, SGD with momentum 0.9",
        64,
        _classified(image=Column((3, 32, 32))),
        {BEST: Bar(1.3, 2)},
        has_pictures=True,
    ),
    "transformer": Case(
        "transformer",
        "the example tiny-transformer, batch 32, AdamW",
        32,
        {"text": Column((CONTEXT,), CHARACTERS), "next": Column((CONTEXT,), CHARACTERS)},
        {BEST: Bar(1.5, 3)},
    ),
    "lstm-100": Case(
        "lstm",
        "LSTM, 100 steps of 28, 128 units, batch 64, Adam",
        64,
        _classified(sequence=Column((100, 28))),
        {BEST: Bar(1.5, 3)},
    ),
    "gan": Case(
        "gan",
        "the example gan, batch 256, both Optimizers",
        256,
        {"point": Column((2,))},
        {BEST: Bar(1.5, 3)},
        tolerance=0.02,  # each framework draws noise of its own
    ),
    "inference-1": _cnn(1, "inference", "the CNN without training, batch 1", {}),
    "inference-256": _cnn(256, "inference", "the CNN without training, batch 256", {}),
}
