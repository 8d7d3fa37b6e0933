from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import Name, setting
from wiregrad.nodes._metric_counts import ClassMetric, ConfusionMatrix
from wiregrad.nodes._metric_means import AbsoluteError, Accuracy, RootMeanSquaredError, TopK
from wiregrad.nodes._metric_r2 import RSquared
from wiregrad.nodes._metric_settings import MetricFormula, MetricName, MetricSettings
from wiregrad.nodes._node import Build, Category, Confusion, Example, Port, Sums, wired
from wiregrad.nodes._ports import JUDGED
from wiregrad.nodes._types import ValueType

FORMULAS: Mapping[MetricName, Callable[[MetricSettings], MetricFormula]] = {
    "accuracy": Accuracy,
    "top_k": TopK,
    "mae": AbsoluteError,
    "rmse": RootMeanSquaredError,
    "r2": RSquared,
    "precision": partial(ClassMetric, counts_targets=False),
    "recall": partial(ClassMetric, counts_answers=False),
    "f1": ClassMetric,
    "confusion_matrix": ConfusionMatrix,
}

SCORES = ValueType("float32", (3,), True)
NUMBERS = ValueType("float32", (2,), True)
CLASS_NUMBERS = ValueType("int64", (), True)
YES_OR_NO = ValueType("bool", (2,), True)


class Metric(MetricSettings):
    """Records how good predictions are, for people to read: it is never differentiated.

    Accuracy is the part of right answers. With scores (classes, ...) the answer is the largest one, and the
    target a class number (...) or one score per class. With one number per target, as from a single unit, the
    answer is yes where the number lies above the threshold: 0 suits logits, 0.5 probabilities. Booleans and
    class numbers are right where they equal the target. Top-k asks whether the target's class is among the k
    largest scores.

    Precision is the part of answers that are right, recall the part of targets that are found, F1 their
    harmonic mean: of one class, of yes, or averaged over all classes that occur (macro). A confusion matrix
    counts how often each class was taken for each other; its figure is the accuracy. What would be divided by
    zero is 0, as in scikit-learn. Targets of the ignored class are left out, as `ignore_index` does it in
    PyTorch's losses, and so are those whose class number does not exist, as -100.

    MAE and RMSE are the mean absolute error and the root of the mean squared error, in the units of the data
    also where training normalizes the column of the Input that gives the target. R² is 1 less the squared
    error divided by that of always answering the mean target, averaged over the numbers of a sample.
    """

    title: ClassVar[str] = "Metric"
    category: ClassVar[Category] = "Losses and metrics"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((SCORES, CLASS_NUMBERS)),
        Example((SCORES, SCORES)),
        Example((ValueType("float32", (1,), True), CLASS_NUMBERS), {"threshold": 0.5}),
        Example((YES_OR_NO, YES_OR_NO)),
        Example((SCORES, CLASS_NUMBERS), {"metric": "top_k", "k": 2}),
        Example((NUMBERS, NUMBERS), {"metric": "mae"}),
        Example((NUMBERS, NUMBERS), {"metric": "rmse", "name": "error"}),
        Example((NUMBERS, NUMBERS), {"metric": "r2"}),
        Example((ValueType("float32", (4,)), ValueType("int64", (4,))), {"metric": "r2"}),
        Example((SCORES, CLASS_NUMBERS), {"metric": "precision"}),
        Example((SCORES, SCORES), {"metric": "recall", "of_class": 2}),
        Example((NUMBERS, YES_OR_NO), {"metric": "f1", "threshold": 0.5}),
        Example((YES_OR_NO, YES_OR_NO), {"metric": "recall"}),
        Example((SCORES, CLASS_NUMBERS), {"metric": "confusion_matrix"}),
        Example((SCORES, CLASS_NUMBERS), {"metric": "confusion_matrix", "ignore": 1}),
    )

    metric: MetricName = setting("accuracy", "Metric", "What is measured.")
    name: Name = setting("", "Name", "Under which it is recorded; empty: the name of what is measured.")

    @property
    def metric_name(self) -> str:
        return self.name or (f"top_{self.k}" if self.metric == "top_k" else self.metric)

    @property
    def compares_amounts(self) -> bool:
        """Whether prediction and target are in the same units."""
        return self.metric in ("mae", "rmse", "r2")

    @property
    def is_in_data_units(self) -> bool:
        return self.metric in ("mae", "rmse") and self.units == "data"

    @property
    def formula(self) -> MetricFormula:
        return FORMULAS[self.metric](self)

    @property
    def higher_is_better(self) -> bool:
        return self.formula.higher_is_better

    def inputs(self) -> tuple[Port, ...]:
        return JUDGED

    def outputs(self) -> tuple[Port, ...]:
        return ()

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        prediction, target = wired(inputs)
        self.formula.check(prediction, target)
        return ()

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        return ()

    def measure(self, build: Build, *inputs: Value | None) -> Value:
        prediction, target = wired(inputs)
        first, second = wired(build.inputs)
        return self.formula.measure(build, prediction, target, (first, second))

    def sums(self, measured: Sums) -> Sums:
        return self.formula.sums(measured)

    def summarize(self, sums: Sums) -> float:
        return self.formula.summarize(sums)

    def confusion(self, sums: Sums) -> Confusion | None:
        return self.formula.confusion(sums)

    def torch(self, *inputs: ValueType | None) -> str:
        prediction, target = wired(inputs)
        return self.formula.torch(prediction, target)
