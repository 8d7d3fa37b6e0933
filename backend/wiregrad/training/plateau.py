"""Lowering the learning rate when the monitored figure no longer improves: PyTorch's `ReduceLROnPlateau`.

An epoch is better if its figure beats the best one so far by the minimum change, which is a part of that
best one or a plain difference. After more than `patience` epochs in a row that are not, the rate is
multiplied by the factor, down to the minimum rate; then `cooldown` epochs pass unjudged.
"""

import math
from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict

from wiregrad.graph.ends import End
from wiregrad.nodes import OptimizerNode, PlateauSettings

LEAST_DROP = 1e-8
"""A rate that would drop by no more than this stays, as in PyTorch."""


class PlateauMemory(BaseModel):
    """What a checkpoint keeps: the best figure, the epochs since, and those of the cooldown that are left."""

    model_config = ConfigDict(frozen=True)

    best: float | None = None
    waited: int = 0
    cooling: int = 0


class Plateau:
    """One Optimizer's; `memory` is all that changes."""

    def __init__(
        self, settings: PlateauSettings, *, higher_is_better: bool, memory: PlateauMemory | None = None
    ) -> None:
        self._settings = settings
        self._sign = 1.0 if higher_is_better else -1.0
        self.memory = memory or PlateauMemory()

    def observe(self, figure: float, rate: float) -> float | None:
        """The figure of an epoch that is over; the rate to go on with, or None if it stays.

        A figure that is not finite is no improvement.
        """
        improves = self._improves(figure)
        waited = 0 if improves or self.memory.cooling else self.memory.waited + 1
        drops = waited > self._settings.patience
        self.memory = PlateauMemory(
            best=figure if improves else self.memory.best,
            waited=0 if drops else waited,
            cooling=self._settings.cooldown if drops else max(0, self.memory.cooling - 1),
        )
        lower = max(rate * self._settings.factor, self._settings.minimum_rate)
        return lower if drops and rate - lower > LEAST_DROP else None

    def _improves(self, figure: float) -> bool:
        best = self.memory.best
        if best is None:
            return math.isfinite(figure)
        change = self._settings.minimum_change
        needed = change * best if self._settings.change_is_relative else change
        return self._sign * figure > self._sign * best + needed


class Plateaus:
    """Those of all Optimizers that have one, by the Optimizer's name."""

    def __init__(
        self,
        optimizers: Iterable[End[OptimizerNode]],
        *,
        higher_is_better: bool,
        memories: Mapping[str, PlateauMemory] | None = None,
    ) -> None:
        known = memories or {}
        self._plateaus = {
            end.name: Plateau(end.role.plateau, higher_is_better=higher_is_better, memory=known.get(end.name))
            for end in optimizers
            if end.role.plateau is not None
        }

    def __bool__(self) -> bool:
        return bool(self._plateaus)

    @property
    def memories(self) -> dict[str, PlateauMemory]:
        return {name: plateau.memory for name, plateau in self._plateaus.items()}

    def observe(self, figure: float, rates: Mapping[str, float]) -> dict[str, float]:
        """The base rates that change, by Optimizer; `rates` are the present ones."""
        seen = {name: plateau.observe(figure, rates[name]) for name, plateau in self._plateaus.items()}
        return {name: rate for name, rate in seen.items() if rate is not None}
