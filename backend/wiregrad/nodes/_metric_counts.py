"""Metrics made of counts: how often each class was answered, was right, and both."""

from dataclasses import dataclass
from math import nan

import numpy as np

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._answers import answers, answers_spelling, check_answers, has_classes
from wiregrad.nodes._classes import class_exists
from wiregrad.nodes._metric_settings import MetricFormula, Sources, check_ignored, check_sums, is_counted
from wiregrad.nodes._node import Build, Confusion, Sums
from wiregrad.nodes._types import NodeProblem, ValueType

YES = 1


def class_count(prediction: ValueType, target: ValueType) -> int:
    """As many as there are scores; of a single number there are no and yes."""
    return prediction.shape[0] if has_classes(prediction, target) else 2


class CountingMetric(MetricFormula):
    """Targets that are ignored are left out, and those whose class number does not exist."""

    @property
    def higher_is_better(self) -> bool:
        return True

    def check(self, prediction: ValueType, target: ValueType) -> None:
        if prediction.dtype == "int64":
            raise NodeProblem(
                "How many classes there are cannot be seen from whole numbers.",
                code="dtype",
                port="prediction",
                expected="scores float32 (classes, ...), one number per target, or booleans",
                got=str(prediction),
                remedy="Connect the scores themselves, from before any ArgMax.",
            )
        check_answers(prediction, target)
        check_ignored(self.settings, target)

    def _answers(
        self, build: Build, prediction: Value, target: Value, sources: Sources
    ) -> tuple[Value, Value, Value]:
        """What was answered, what was right (0 where it does not exist), and 1 where it counts, else 0."""
        pair = answers(build, prediction, target, sources, self.settings.threshold)
        said, right = (ops.reshape(ops.cast(value, "int64"), (value.size,)) for value in pair)
        exists = class_exists(right, class_count(*sources))
        known = ops.select(exists, right, ops.full_like(0, right))
        counted = is_counted(self.settings, right)
        counts = exists if counted is None else ops.logical_and(exists, counted)
        return said, known, ops.cast(counts, build.float_dtype)

    def _matrix_spelling(self, prediction: ValueType, target: ValueType) -> str:
        a, b = answers_spelling(prediction, target, self.settings.threshold)
        classes = class_count(prediction, target)
        places = f"({b}.to(torch.int64) * {classes} + {a}.to(torch.int64))"
        if self.settings.ignore is None:
            places = f"{places}.flatten()"
        else:
            places = f"{places}[({b} != {self.settings.ignore}).expand_as({places})]"
        return f"torch.bincount({places}, minlength={classes * classes}).reshape({classes}, {classes})"


class ConfusionMatrix(CountingMetric):
    """How often each class was taken for each other; its figure is the accuracy."""

    def check(self, prediction: ValueType, target: ValueType) -> None:
        super().check(prediction, target)
        check_sums(class_count(prediction, target) ** 2, prediction, "Measure the accuracy instead.")

    def measure(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        classes = class_count(*sources)
        said, right, exists = self._answers(build, prediction, target, sources)
        places = ops.add(ops.mul(right, ops.full_like(classes, right)), said)
        return ops.scatter_add(exists, places, 0, classes * classes)

    def summarize(self, sums: Sums) -> float:
        matrix = _square(sums)
        return float(matrix.trace() / matrix.sum()) if matrix.any() else nan

    def confusion(self, sums: Sums) -> Confusion:
        return tuple(tuple(round(count) for count in row) for row in _square(sums).tolist())

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        matrix = self._matrix_spelling(prediction, target)
        return f"{matrix}.diag().sum() / {matrix}.sum()"


def _square(sums: Sums) -> Sums:
    side = round(sums.size**0.5)
    return sums.reshape(side, side)


@dataclass(frozen=True, slots=True)
class ClassMetric(CountingMetric):
    """`2 * found / (weight of answers + weight of targets)`: precision, recall, or their harmonic mean.

    The mean over the classes leaves out those that were neither answered nor right; what would be divided by
    zero is 0. Both are scikit-learn's choice.
    """

    counts_answers: bool = True
    counts_targets: bool = True

    def check(self, prediction: ValueType, target: ValueType) -> None:
        CountingMetric.check(self, prediction, target)
        classes = class_count(prediction, target)
        check_sums(3 * classes, prediction, "Measure the accuracy instead.")
        if self.settings.of_class is not None and self.settings.of_class >= classes:
            raise NodeProblem(
                "There is no such class.",
                code="setting",
                port="prediction",
                expected=f"a class from 0 to {classes - 1}",
                got=f"class {self.settings.of_class}",
                remedy="Choose a class that exists, or none for the mean over all.",
            )

    def measure(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        """For each class how often it was answered and right, how often answered, how often right.

        For one number per target, of yes alone.
        """
        classes = class_count(*sources)
        said, right, exists = self._answers(build, prediction, target, sources)
        found = ops.mul(exists, ops.cast(ops.eq(said, right), build.float_dtype))
        counted = ((found, right), (exists, said), (exists, right))
        counts = [ops.scatter_add(weights, of, 0, classes) for weights, of in counted]
        chosen = self._chosen(*sources)
        if chosen is not None:
            counts = [ops.slice_axis(count, chosen, chosen + 1, 0) for count in counts]
        return ops.concat(counts, 0)

    def _chosen(self, prediction: ValueType, target: ValueType) -> int | None:
        if self.settings.of_class is None and not has_classes(prediction, target):
            return YES
        return self.settings.of_class

    def summarize(self, sums: Sums) -> float:
        found, answered, right = sums.reshape(3, -1)
        if not right.size:
            return nan
        both = self.counts_answers + self.counts_targets
        whole = answered * self.counts_answers + right * self.counts_targets
        figures = both * found / np.where(whole > 0, whole, 1)
        occurs = answered + right > 0
        return float(figures[occurs].mean()) if occurs.any() else 0.0

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        matrix = self._matrix_spelling(prediction, target)
        answered, right = f"{matrix}.sum(0)", f"{matrix}.sum(1)"
        parts = [answered] * self.counts_answers + [right] * self.counts_targets
        figures = f"({matrix}.diag() * {len(parts)} / ({' + '.join(parts)}).clamp(min=1))"
        chosen = self._chosen(prediction, target)
        if chosen is not None:
            return f"{figures}[{chosen}]"
        return f"{figures}.sum() / ({answered} + {right} > 0).sum()"
