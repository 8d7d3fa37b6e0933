"""Metrics that are a mean over all targets, or made of one."""

from abc import abstractmethod
from math import nan, sqrt

import numpy as np

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._answers import (
    answers,
    answers_spelling,
    check_answers,
    has_classes,
    scores_and_classes,
)
from wiregrad.nodes._arithmetic import check_numbers
from wiregrad.nodes._classes import check_classes, class_exists
from wiregrad.nodes._metric_settings import MetricFormula, Sources, check_ignored, is_counted
from wiregrad.nodes._node import Build, Sums
from wiregrad.nodes._pairs import pair_spelling, pair_type, pair_values
from wiregrad.nodes._types import NodeProblem, ValueType


class MeanMetric(MetricFormula):
    """A sum and a count are added up, and divided in the end."""

    def summed(self, build: Build, each: Value, counted: Value | None = None) -> Value:
        """The sum of `each` and how many that are; of those that are `counted`, if not all are."""
        if counted is not None:
            each = ops.logical_and(each, counted)
        total = _total(build, each)
        count = ops.full(each.size, build.float_dtype) if counted is None else _total(build, counted)
        return ops.concat([ops.reshape(value, (1,)) for value in (total, count)], 0)

    def summarize(self, sums: Sums) -> float:
        total, count = sums.tolist()
        return total / count if count else nan


def _total(build: Build, each: Value) -> Value:
    return ops.reduce_sum(ops.cast(each, build.float_dtype), range(each.rank))


class RightAnswers(MeanMetric):
    """A part of the targets that are not ignored and whose class number exists: others cannot be found."""

    @property
    def higher_is_better(self) -> bool:
        return True

    @abstractmethod
    def found(self, build: Build, prediction: Value, target: Value, sources: Sources) -> tuple[Value, Value]:
        """Whether each target was found, and its class number, in one shape."""

    def measure(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        found, right = self.found(build, prediction, target, sources)
        return self.summed(build, found, self._counted(right, sources))

    def _counted(self, right: Value, sources: Sources) -> Value | None:
        counted = is_counted(self.settings, right)
        if sources[1].is_float or not has_classes(*sources):
            return counted
        exists = class_exists(right, sources[0].shape[0])
        return exists if counted is None else ops.logical_and(exists, counted)

    def part_spelling(self, found: str, right: str) -> str:
        if self.settings.ignore is None:
            return f"({found}).to(torch.float32).mean()"
        counted = f"({right} != {self.settings.ignore}).expand_as({found})"
        return f"({found} * {counted}).sum() / {counted}.sum()"


class Accuracy(RightAnswers):
    """The part of right answers."""

    def check(self, prediction: ValueType, target: ValueType) -> None:
        check_answers(prediction, target)
        check_ignored(self.settings, target)

    def found(self, build: Build, prediction: Value, target: Value, sources: Sources) -> tuple[Value, Value]:
        said, right = answers(build, prediction, target, sources, self.settings.threshold)
        return ops.eq(said, right), right

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        a, b = answers_spelling(prediction, target, self.settings.threshold)
        return self.part_spelling(f"({a} == {b})", b)


class TopK(RightAnswers):
    """The part of targets whose class is among the k largest scores."""

    def check(self, prediction: ValueType, target: ValueType) -> None:
        check_classes(prediction, target)
        check_ignored(self.settings, target)
        if self.settings.k > prediction.shape[0]:
            raise NodeProblem(
                "There are fewer classes than that.",
                code="setting",
                port="prediction",
                expected=f"k of at most {prediction.shape[0]}, the number of classes",
                got=f"k = {self.settings.k}",
                remedy="Choose a smaller k.",
            )

    def found(self, build: Build, prediction: Value, target: Value, sources: Sources) -> tuple[Value, Value]:
        scores, right = scores_and_classes(build, prediction, target, sources)
        return _is_among_largest(scores, right, self.settings.k), right

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        dim = int(prediction.batched)
        right = f"target.argmax({dim})" if target.is_float else "target"
        found = f"prediction.topk({self.settings.k}, {dim}).indices == {right}.unsqueeze({dim})"
        return self.part_spelling(f"({found}).any({dim})", right)


def _is_among_largest(scores: Value, right: Value, k: int) -> Value:
    """Whether fewer than k scores beat that of the right class. NaN beats everything: it is never right."""
    exists = class_exists(right, scores.shape[-1])
    chosen = ops.select(ops.one_hot(right, scores.shape[-1], "bool"), scores, ops.full_like(0, scores))
    score = ops.reduce_sum(chosen, [scores.rank - 1])
    level = ops.broadcast(score, scores.shape, range(score.rank))
    beaten = ops.cast(ops.logical_not(ops.le(scores, level)), "int64")
    count = ops.reduce_sum(beaten, [scores.rank - 1])
    return ops.logical_and(exists, ops.lt(count, ops.full_like(k, count)))


class AbsoluteError(MeanMetric):
    @property
    def higher_is_better(self) -> bool:
        return False

    def check(self, prediction: ValueType, target: ValueType) -> None:
        check_number_pair(prediction, target)

    def measure(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        return self.summed(build, self.each(build, prediction, target, sources))

    def each(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        return ops.abs(self.error(build, prediction, target, sources))

    def error(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        """In the units of the data, if they are known."""
        error = ops.sub(*pair_values(build, prediction, target, sources))
        sizes = self.settings.unit_sizes
        if len(sizes) > 1:
            place = int(pair_type(*sources).batched)
            return ops.mul(
                error, ops.broadcast(ops.constant(np.array(sizes), error.dtype), error.shape, [place])
            )
        return ops.mul(error, ops.full_like(sizes[0], error)) if sizes else error

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        a, b = pair_spelling(prediction, target)
        return f"F.l1_loss({a}, {b})"


class RootMeanSquaredError(AbsoluteError):
    def each(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        return ops.square(self.error(build, prediction, target, sources))

    def summarize(self, sums: Sums) -> float:
        return sqrt(MeanMetric.summarize(self, sums))

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        a, b = pair_spelling(prediction, target)
        return f"F.mse_loss({a}, {b}).sqrt()"


def check_number_pair(prediction: ValueType, target: ValueType) -> None:
    check_numbers(prediction, "prediction")
    check_numbers(target, "target")
    pair_type(prediction, target)
