"""The settings of a metric, and what a metric's formula has to say."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Literal

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Confusion, MetricNode, Sums
from wiregrad.nodes._types import NodeProblem, ValueType

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
