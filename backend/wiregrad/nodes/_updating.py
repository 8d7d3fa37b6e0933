"""What an Optimizer says about its updates besides their rule."""

from dataclasses import dataclass
from typing import Literal

from wiregrad.engine.ir import Value


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: int64 scalars in IR. `step` is counted from 1."""

    step: Value
    total_steps: Value
    steps_per_epoch: Value


@dataclass(frozen=True, slots=True)
class Clipping:
    """How gradients are bounded: all together by their Euclidean norm, or each number by its size."""

    by: Literal["norm", "value"]
    limit: float


@dataclass(frozen=True, slots=True)
class PlateauSettings:
    """How the rate falls when the monitored figure no longer improves: see `wiregrad.training.plateau`.

    `patience` and `cooldown` are counted in epochs.
    """

    factor: float
    patience: int
    minimum_change: float
    change_is_relative: bool
    cooldown: int
    minimum_rate: float
