"""Metrics that are a mean over all targets, or made of one."""

from abc import abstractmethod
from math import nan, sqrt

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
from wiregrad.nodes._metric_settings import MetricFormula, Sources
from wiregrad.nodes._node import Build, Sums
from wiregrad.nodes._pairs import pair_spelling, pair_type, pair_values
from wiregrad.nodes._types import NodeProblem, ValueType


class MeanMetric(MetricFormula):
    """`each` is averaged, over the targets that are `counted`; its sum and their count are added up."""

    @abstractmethod
    def each(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value: ...

    def counted(self, build: Build, each: Value, target: Value, sources: Sources) -> Value:  # noqa: ARG002
        """How many there are."""
        return ops.full(each.size, build.float_dtype)

    def measure(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        each = self.each(build, prediction, target, sources)
        total = ops.reduce_sum(ops.cast(each, build.float_dtype), range(each.rank))
        sums = total, self.counted(build, each, target, sources)
        return ops.concat([ops.reshape(value, (1,)) for value in sums], 0)

    def summarize(self, sums: Sums) -> float:
        total, count = sums.tolist()
        return total / count if count else nan


class RightAnswers(MeanMetric):
    """A part of the targets whose class number exists: others were never to be found."""

    def counted(self, build: Build, each: Value, target: Value, sources: Sources) -> Value:
        if sources[1].is_float or not has_classes(*sources):
            return MeanMetric.counted(self, build, each, target, sources)
        exists = ops.cast(class_exists(target, sources[0].shape[0]), build.float_dtype)
        repeated = ops.full(each.size // exists.size, build.float_dtype)
        return ops.mul(ops.reduce_sum(exists, range(exists.rank)), repeated)


class Accuracy(RightAnswers):
    """The part of right answers."""

    @property
    def higher_is_better(self) -> bool:
        return True

    def check(self, prediction: ValueType, target: ValueType) -> None:
        check_answers(prediction, target)

    def each(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        return ops.eq(*answers(build, prediction, target, sources, self.settings.threshold))

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        a, b = answers_spelling(prediction, target, self.settings.threshold)
        return f"({a} == {b}).to(torch.float32).mean()"


class TopK(RightAnswers):
    """The part of targets whose class is among the k largest scores."""

    @property
    def higher_is_better(self) -> bool:
        return True

    def check(self, prediction: ValueType, target: ValueType) -> None:
        check_classes(prediction, target)
        if self.settings.k > prediction.shape[0]:
            raise NodeProblem(
                "There are fewer classes than that.",
                code="setting",
                port="prediction",
                expected=f"k of at most {prediction.shape[0]}, the number of classes",
                got=f"k = {self.settings.k}",
                remedy="Choose a smaller k.",
            )

    def each(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        scores, right = scores_and_classes(build, prediction, target, sources)
        return _is_among_largest(scores, right, self.settings.k)

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        dim = int(prediction.batched)
        right = f"target.argmax({dim})" if target.is_float else "target"
        found = f"prediction.topk({self.settings.k}, {dim}).indices == {right}.unsqueeze({dim})"
        return f"({found}).any({dim}).to(torch.float32).mean()"


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

    def each(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        return ops.abs(ops.sub(*pair_values(build, prediction, target, sources)))

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        a, b = pair_spelling(prediction, target)
        return f"F.l1_loss({a}, {b})"


class RootMeanSquaredError(AbsoluteError):
    def each(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        return ops.square(ops.sub(*pair_values(build, prediction, target, sources)))

    def summarize(self, sums: Sums) -> float:
        return sqrt(MeanMetric.summarize(self, sums))

    def torch(self, prediction: ValueType, target: ValueType) -> str:
        a, b = pair_spelling(prediction, target)
        return f"F.mse_loss({a}, {b}).sqrt()"


def check_number_pair(prediction: ValueType, target: ValueType) -> None:
    check_numbers(prediction, "prediction")
    check_numbers(target, "target")
    pair_type(prediction, target)
