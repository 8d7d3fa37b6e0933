"""Which epoch was the best so far, by the figure that the settings monitor, and when to wait no longer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import nan
from typing import Any, Literal

from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from wiregrad.graph.document import EarlyStopping, TrainingSettings
from wiregrad.graph.ends import Ends
from wiregrad.graph.report import Problem
from wiregrad.training.events import ConfusionFigures, Finite, SplitName
from wiregrad.training.plateau import Plateaus

Array = NDArray[Any]
Figures = dict[SplitName, dict[str, Finite]]


class Judgment(BaseModel):
    """The best epoch so far with its figures; part of a checkpoint.

    `waited` counts the epochs since the figure was last better than `reference` by the minimum change.
    """

    model_config = ConfigDict(frozen=True)

    epoch: int
    step: int
    value: float
    reference: float
    waited: int = 0
    metrics: Figures = {}
    confusion: ConfusionFigures = {}


@dataclass(frozen=True, slots=True)
class EpochFigures:
    """What was measured at the end of an epoch."""

    epoch: int
    step: int
    losses: Figures
    metrics: Figures
    confusion: ConfusionFigures = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Monitored:
    """The figure that tells a good epoch from a bad one."""

    kind: Literal["loss", "metric"]
    name: str
    higher_is_better: bool

    def value(self, measured: EpochFigures) -> Finite:
        """On the validation samples if they were measured, else on the training samples."""
        figures = measured.losses if self.kind == "loss" else measured.metrics
        return figures["validation" if "validation" in figures else "train"].get(self.name)

    def gain(self, value: float, over: float) -> float:
        """By how much `value` is better than `over`."""
        return value - over if self.higher_is_better else over - value


def monitored(ends: Ends, settings: TrainingSettings) -> Monitored | None:
    """What the settings monitor: by default the first Optimizer's loss; None if there is no such figure."""
    losses = [end.name for end in ends.optimizers]
    if settings.monitor in losses or (losses and not settings.monitor):
        return Monitored("loss", settings.monitor or losses[0], higher_is_better=False)
    for end in ends.metrics:
        if end.name == settings.monitor:
            return Monitored("metric", end.name, end.role.higher_is_better)
    return None


def monitor_problems(ends: Ends, settings: TrainingSettings) -> Iterator[Problem]:
    """What forbids to judge epochs as the settings want it."""
    if settings.monitor and ends.optimizers and monitored(ends, settings) is None:
        losses = ", ".join(end.name for end in ends.optimizers)
        metrics = ", ".join(end.name for end in ends.metrics) or "none"
        yield Problem(
            code="unknown_monitor",
            message=f"There is no loss or metric called {settings.monitor!r} to monitor.",
            expected=f"a loss ({losses}) or a metric ({metrics})",
            got=settings.monitor,
            remedy="Choose one of them, or leave it empty for the first Optimizer's loss.",
        )
    if not ends.inputs and (settings.early_stopping is not None or settings.keep == "best"):
        yield Problem(
            code="no_epochs",
            message="Without data there are no epochs, so none can be the best.",
            expected="an Input that reads a dataset",
            got="a graph without Input nodes",
            remedy="Turn early stopping off, and keep the last weights.",
        )
    for end in ends.optimizers:
        if end.role.plateau is not None and not ends.inputs:
            yield Problem(
                code="no_epochs",
                message=f"Without data there are no epochs after which the rate of {end.name} could drop.",
                node=end.resolved.id,
                expected="an Input that reads a dataset, or a schedule that counts steps",
                got="a plateau schedule, and a graph without Input nodes",
                remedy="Choose another schedule.",
            )


class Judge:
    """Compares epochs; `weights` are those of the best one, if they are wanted."""

    def __init__(
        self,
        figure: Monitored,
        settings: TrainingSettings,
        judgment: Judgment | None = None,
        weights: Mapping[str, Array] | None = None,
        plateaus: Plateaus | None = None,
    ) -> None:
        self._figure = figure
        self.plateaus = plateaus
        self._patience: EarlyStopping | None = settings.early_stopping
        self.is_needed = settings.keep == "best" or self._patience is not None
        self.judgment = judgment
        self.weights = dict(weights or {})

    def take(self, measured: EpochFigures) -> bool:
        """Whether this epoch is the best so far. A figure that is not finite never is."""
        value, before = self._figure.value(measured), self.judgment
        if value is None or before is None:
            self.judgment = _first(measured, value) if value is not None else _waiting(before)
            return value is not None
        least = self._patience.minimum_change if self._patience else 0.0
        improves = self._figure.gain(value, before.reference) > least
        reference, waited = (value, 0) if improves else (before.reference, before.waited + 1)
        is_best = self._figure.gain(value, before.value) > 0
        best = _first(measured, value) if is_best else before
        self.judgment = best.model_copy(update={"reference": reference, "waited": waited})
        return is_best

    def lower_rates(self, measured: EpochFigures, rates: Mapping[str, float]) -> dict[str, float]:
        """The base rates that plateau schedules change after this epoch, by Optimizer."""
        if not self.plateaus:
            return {}
        value = self._figure.value(measured)
        return self.plateaus.observe(nan if value is None else value, rates)

    def verdict(self) -> str:
        """Why the run should end now; empty if it should not."""
        found = self.judgment
        if self._patience is None or found is None or found.waited < self._patience.patience:
            return ""
        epochs = "epoch" if found.waited == 1 else f"{found.waited} epochs"
        return (
            f"Stopped early: {self._figure.name} has not improved for {epochs}. "
            f"The weights of epoch {found.epoch}, the best one ({found.value:.6g}), are kept."
        )


def _first(measured: EpochFigures, value: float) -> Judgment:
    return Judgment(
        epoch=measured.epoch,
        step=measured.step,
        value=value,
        reference=value,
        metrics=measured.metrics,
        confusion=measured.confusion,
    )


def _waiting(before: Judgment | None) -> Judgment | None:
    return before and before.model_copy(update={"waited": before.waited + 1})
