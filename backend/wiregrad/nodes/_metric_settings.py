"""The settings of a metric, and what a metric's formula has to say."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Confusion, MetricNode, Sums
from wiregrad.nodes._types import Fix, NodeProblem, ValueType

MetricName = Literal[
    "accuracy", "top_k", "mae", "rmse", "r2", "precision", "recall", "f1", "confusion_matrix"
]
Sources = tuple[ValueType, ValueType]
MOST_SUMS = 40_000
"""They are added up in every step, and kept with every checkpoint."""


class MetricSettings(MetricNode):
    """What the formulas of metrics can be told."""

    k: int = setting(
        5,
        "k",
        "Among how many of the largest scores the right class counts as found.",
        ge=1,
        le=10**6,
        show_when={"metric": ["top_k"]},
    )
    threshold: float = setting(
        0.0,
        "Threshold",
        "With one number per target, those above it mean yes: 0 suits logits, 0.5 probabilities.",
        ge=-1e6,
        le=1e6,
        show_when={"metric": ["accuracy", "precision", "recall", "f1", "confusion_matrix"]},
    )
    of_class: int | None = setting(
        None,
        "Of class",
        "The class that it is measured for; empty: the mean over all classes, or yes of yes and no.",
        ge=0,
        lt=10**6,
        show_when={"metric": ["precision", "recall", "f1"]},
    )
    ignore: int | None = setting(
        None,
        "Ignored class",
        "A class number that marks targets to leave out, such as 0 for padding; empty: none.",
        ge=-(2**31),
        lt=2**31,
        show_when={"metric": ["accuracy", "top_k", "precision", "recall", "f1", "confusion_matrix"]},
    )

    units: Literal["data", "scaled"] = setting(
        "data",
        "Units",
        "Where training normalizes the target's column: those of the data, or as the graph computes.",
        show_when={"metric": ["mae", "rmse"]},
    )

    @property
    def unit_sizes(self) -> tuple[float, ...]:
        """How large a unit of the target is in the data, or one for each place of its first axis."""
        return ()


@dataclass(frozen=True, slots=True)
class MetricFormula(ABC):
    """One metric, or several that are made of the same sums."""

    settings: MetricSettings

    @property
    @abstractmethod
    def higher_is_better(self) -> bool: ...

    @abstractmethod
    def check(self, prediction: ValueType, target: ValueType) -> None:
        """Raise a NodeProblem if the two do not suit."""

    @abstractmethod
    def measure(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        """As `MetricNode.measure`; so are the others."""

    def sums(self, measured: Sums) -> Sums:
        return measured

    @abstractmethod
    def summarize(self, sums: Sums) -> float: ...

    def confusion(self, sums: Sums) -> Confusion | None:  # noqa: ARG002
        return None

    @abstractmethod
    def torch(self, prediction: ValueType, target: ValueType) -> str: ...


def check_ignored(settings: MetricSettings, target: ValueType) -> None:
    if settings.ignore is None or target.dtype == "int64":
        return
    kind = "yes and no" if target.dtype == "bool" else "probabilities"
    raise NodeProblem(
        f"There is no class number to ignore in {kind}.",
        code="dtype",
        port="target",
        expected="class numbers int64",
        got=str(target),
        remedy="Leave that setting empty.",
        fix=Fix("set", "Ignore no class", settings={"ignore": None}),
    )


def is_counted(settings: MetricSettings, right: Value) -> Value | None:
    """Whether each target, given as its class number, is not to be ignored; None: nothing is."""
    if settings.ignore is None:
        return None
    return ops.logical_not(ops.eq(right, ops.full_like(settings.ignore, right)))


def check_sums(count: int, prediction: ValueType, remedy: str) -> None:
    if count > MOST_SUMS:
        raise NodeProblem(
            "There is too much to add up for this metric.",
            code="limit",
            port="prediction",
            expected=f"at most {MOST_SUMS:,} sums",
            got=f"{count:,} sums for {prediction}",
            remedy=remedy,
        )
