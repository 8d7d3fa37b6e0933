from math import nan, sqrt
from typing import ClassVar, Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import check_numbers
from wiregrad.nodes._fields import Name, setting
from wiregrad.nodes._losses import MIN_CLASSES, check_classes, classes_last
from wiregrad.nodes._node import Build, Category, Example, MetricNode, Port, Sums, wired
from wiregrad.nodes._pairs import pair_spelling, pair_type, pair_values
from wiregrad.nodes._types import NodeProblem, ValueType

MetricName = Literal["accuracy", "top_k", "mae", "rmse"]
Sources = tuple[ValueType, ValueType]

SCORES = ValueType("float32", (3,), True)
NUMBERS = ValueType("float32", (2,), True)


class Metric(MetricNode):
    """Records how good predictions are, for people to read: it is never differentiated.

    Accuracy is the part of right answers. With scores (classes, ...) the answer is the largest one, and the
    target a class number (...) or one score per class. With one number per target, as from a single unit, the
    answer is yes where the number lies above the threshold: 0 suits logits, 0.5 probabilities. Booleans and
    class numbers are right where they equal the target. Top-k asks whether the target's class is among the k
    largest scores. MAE and RMSE are the mean absolute error and the root of the mean squared error.
    """

    title: ClassVar[str] = "Metric"
    category: ClassVar[Category] = "Losses and metrics"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((SCORES, ValueType("int64", (), True))),
        Example((SCORES, SCORES)),
        Example((ValueType("float32", (1,), True), ValueType("int64", (), True)), {"threshold": 0.5}),
        Example((ValueType("bool", (2,), True), ValueType("bool", (2,), True))),
        Example((SCORES, ValueType("int64", (), True)), {"metric": "top_k", "k": 2}),
        Example((NUMBERS, NUMBERS), {"metric": "mae"}),
        Example((NUMBERS, NUMBERS), {"metric": "rmse", "name": "error"}),
    )

    metric: MetricName = setting("accuracy", "Metric", "What is measured.")
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
        show_when={"metric": ["accuracy"]},
    )
    name: Name = setting("", "Name", "Under which it is recorded; empty: the name of what is measured.")

    @property
    def metric_name(self) -> str:
        return self.name or (f"top_{self.k}" if self.metric == "top_k" else self.metric)

    def inputs(self) -> tuple[Port, ...]:
        return Port("prediction", "What the network says."), Port("target", "What it should say.")

    def outputs(self) -> tuple[Port, ...]:
        return ()

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        prediction, target = wired(inputs)
        if self.metric in ("mae", "rmse"):
            check_numbers(prediction, "prediction")
            check_numbers(target, "target")
            pair_type(prediction, target)
        elif self.metric == "top_k":
            check_classes(prediction, target)
            self._check_k(prediction)
        elif _has_classes(prediction, target):
            check_classes(prediction, target)
        else:
            pair_type(prediction, target)
        return ()

    def _check_k(self, prediction: ValueType) -> None:
        if self.k > prediction.shape[0]:
            raise NodeProblem(
                "There are fewer classes than that.",
                code="setting",
                port="prediction",
                expected=f"k of at most {prediction.shape[0]}, the number of classes",
                got=f"k = {self.k}",
                remedy="Choose a smaller k.",
            )

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        return ()

    @property
    def higher_is_better(self) -> bool:
        return self.metric in ("accuracy", "top_k")

    def measure(self, build: Build, *inputs: Value | None) -> Value:
        """The sum over all targets, and their count."""
        prediction, target = wired(inputs)
        first, second = wired(build.inputs)
        each = self._each(build, prediction, target, (first, second))
        total = ops.reduce_sum(ops.cast(each, build.float_dtype), range(each.rank))
        return ops.concat([ops.reshape(total, (1,)), ops.full(each.size, build.float_dtype, (1,))], 0)

    def _each(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        """What is added up, for each target."""
        if self.metric in ("mae", "rmse"):
            a, b = pair_values(build, prediction, target, sources)
            return ops.abs(ops.sub(a, b)) if self.metric == "mae" else ops.square(ops.sub(a, b))
        if self.metric == "accuracy" and not _has_classes(*sources):
            return self._agree(build, prediction, target, sources)
        scores, chosen = classes_last(build, prediction, target, sources)
        right = ops.argmax(chosen, -1) if sources[1].is_float else chosen
        if self.metric == "accuracy":
            return ops.eq(ops.argmax(scores, -1), right)
        return _is_among_largest(scores, right, self.k)

    def _agree(self, build: Build, prediction: Value, target: Value, sources: Sources) -> Value:
        answers = _answer(prediction, self.threshold), _answer(target, 0.5)
        whole = sources[0].with_dtype("int64"), sources[1].with_dtype("int64")
        return ops.eq(*pair_values(build, *answers, whole))

    def summarize(self, sums: Sums) -> float:
        total, count = sums.tolist()
        mean = total / count if count else nan
        return sqrt(mean) if self.metric == "rmse" else mean

    def torch(self, *inputs: ValueType | None) -> str:
        prediction, target = wired(inputs)
        dim = int(prediction.batched)
        if self.metric in ("mae", "rmse"):
            a, b = pair_spelling(prediction, target)
            return f"F.l1_loss({a}, {b})" if self.metric == "mae" else f"F.mse_loss({a}, {b}).sqrt()"
        if self.metric == "accuracy" and not _has_classes(prediction, target):
            a, b = pair_spelling(prediction.with_dtype("float32"), target.with_dtype("float32"))
            a = f"({a} > {self.threshold})" if prediction.is_float else a
            b = f"({b} > 0.5)" if target.is_float else b
            return f"({a} == {b}).to(torch.float32).mean()"
        right = f"target.argmax({dim})" if target.is_float else "target"
        if self.metric == "accuracy":
            return f"(prediction.argmax({dim}) == {right}).to(torch.float32).mean()"
        found = f"prediction.topk({self.k}, {dim}).indices == {right}.unsqueeze({dim})"
        return f"({found}).any({dim}).to(torch.float32).mean()"


def _has_classes(prediction: ValueType, target: ValueType) -> bool:
    """Whether the prediction is one score per class, rather than one number per target."""
    if not prediction.is_float or not prediction.shape or prediction.shape[0] < MIN_CLASSES:
        return False
    return target.is_float or prediction.shape != target.shape


def _answer(value: Value, threshold: float) -> Value:
    """Yes (1) or no (0) from a float or a boolean; whole numbers stay what they are."""
    if value.dtype.startswith("float"):
        value = ops.gt(value, ops.full_like(threshold, value))
    return ops.cast(value, "int64")


def _is_among_largest(scores: Value, right: Value, k: int) -> Value:
    """Whether fewer than k scores beat that of the right class. NaN beats everything: it is never right."""
    chosen = ops.select(ops.one_hot(right, scores.shape[-1], "bool"), scores, ops.full_like(0, scores))
    score = ops.reduce_sum(chosen, [scores.rank - 1])
    level = ops.broadcast(score, scores.shape, range(score.rank))
    beaten = ops.cast(ops.logical_not(ops.le(scores, level)), "int64")
    count = ops.reduce_sum(beaten, [scores.rank - 1])
    return ops.lt(count, ops.full_like(k, count))
