"""Losses of every step on their way into events, and their averages over an epoch."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.graph.lowering import FloatDType
from wiregrad.nodes import Sums
from wiregrad.training.digits import shortened
from wiregrad.training.events import Finite, StepsEvent
from wiregrad.training.model import Totals

SECONDS_BETWEEN_EVENTS = 0.05
MOST_NUMBERS_IN_AN_EVENT = 40_000
"""Losses and rates together: in 25 characters each, they fit into the MiB that common clients accept.

Much fewer would be dear where a step takes less than a microsecond: each event is encoded, read and logged as
one, however few losses it holds.
"""

Series = Mapping[str, NDArray[Any]]
SumAndCount = tuple[float, float]


def finite(value: float) -> Finite:
    return value if math.isfinite(value) else None


class Recorder:
    """Collects steps until it is time for the next event, 20 a second, or until the event is full."""

    def __init__(self, first_step: int, now: float, dtype: FloatDType = "float64") -> None:
        self._is_single = dtype == "float32"
        self._next_step = first_step
        self._count = 0
        self._samples = 0
        self._losses: dict[str, list[float]] = {}
        self._rates: dict[str, list[float]] = {}
        self._since = now
        self._due = now
        self.last_losses: dict[str, float] = {}

    def add(self, losses: Mapping[str, float], rates: Mapping[str, float], samples: int) -> None:
        for name, value in losses.items():
            self._losses.setdefault(name, []).append(value)
        for name, value in rates.items():
            self._rates.setdefault(name, []).append(value)
        self.last_losses = dict(losses)
        self._count += 1
        self._samples += samples

    def add_series(self, losses: Series, rates: Series, count: int) -> None:
        for name, values in losses.items():
            self._losses.setdefault(name, []).extend(values.tolist())
            self.last_losses[name] = float(values[-1])
        for name, values in rates.items():
            self._rates.setdefault(name, []).extend(values.tolist())
        self._count += count

    def is_due(self, now: float) -> bool:
        return now >= self._due or self.room <= 0

    @property
    def room(self) -> int:
        """How many more steps the next event can hold."""
        numbers_per_step = max(2 * len(self.last_losses), 1)
        return max(MOST_NUMBERS_IN_AN_EVENT // numbers_per_step, 1) - self._count

    def take(self, now: float, wall_time: float) -> StepsEvent | None:
        """What was recorded since the last event; None if nothing was."""
        if not self._count:
            return None
        losses = {name: _finite_tuple(self._brief(values)) for name, values in self._losses.items()}
        event = StepsEvent(
            time=wall_time,
            first_step=self._next_step,
            losses=losses,
            learning_rates={name: self._rate(values) for name, values in self._rates.items()},
            samples_per_second=self._samples / max(now - self._since, 1e-9) if self._samples else None,
            diverged=any(None in values for values in losses.values()),
        )
        self._next_step += self._count
        self._count = self._samples = 0
        self._losses, self._rates = {}, {}
        self._since, self._due = now, now + SECONDS_BETWEEN_EVENTS
        return event

    def _brief(self, values: list[float]) -> list[float]:
        return shortened(values) if self._is_single else values

    def _rate(self, values: list[float]) -> tuple[Finite, ...] | Finite:
        if min(values) == max(values):
            return finite(self._brief(values[:1])[0])
        return _finite_tuple(self._brief(values))

    def rest(self, now: float) -> None:
        """Time that passed without training, in a pause or while measuring, does not count as slowness."""
        if not self._count:
            self._since = now


def _finite_tuple(values: list[float]) -> tuple[Finite, ...]:
    array = np.asarray(values)
    if np.isfinite(array).all():
        return tuple(values)
    return tuple(finite(value) for value in values)


class Averages:
    """Sums by name, of losses (weighted by samples) and metrics."""

    def __init__(self, totals: Totals | None = None) -> None:
        self._losses = dict(totals.losses) if totals else {}
        metrics = totals.metrics if totals else {}
        self._metrics: dict[str, Sums] = {name: np.array(sums) for name, sums in metrics.items()}

    def add(self, losses: Mapping[str, SumAndCount], metrics: Mapping[str, Sums]) -> None:
        _accumulate(self._losses, losses.items())
        self._add_metrics(metrics)

    def add_means(self, losses: Mapping[str, float], metrics: Mapping[str, Sums], samples: int) -> None:
        _accumulate(self._losses, ((name, (value * samples, samples)) for name, value in losses.items()))
        self._add_metrics(metrics)

    def _add_metrics(self, metrics: Mapping[str, Sums]) -> None:
        for name, sums in metrics.items():
            before = self._metrics.get(name)
            self._metrics[name] = sums if before is None else before + sums

    def totals(self) -> Totals:
        metrics = {name: tuple(sums.tolist()) for name, sums in self._metrics.items()}
        return Totals(losses=dict(self._losses), metrics=metrics)

    @property
    def is_empty(self) -> bool:
        return not self._losses

    @property
    def losses(self) -> dict[str, float]:
        return {name: _quotient(pair) for name, pair in self._losses.items()}

    @property
    def metrics(self) -> Mapping[str, Sums]:
        """Each in the sums that its own node makes a figure of: `program.metric(name).summarize`."""
        return self._metrics


def _accumulate(into: dict[str, SumAndCount], pairs: Iterable[tuple[str, SumAndCount]]) -> None:
    for name, (total, count) in pairs:
        before, counted = into.get(name, (0.0, 0.0))
        into[name] = (before + total, counted + count)


def _quotient(pair: SumAndCount) -> float:
    total, count = pair
    return total / count if count else math.nan
