"""The loss formulas, for the Loss node and for an Optimizer that is given a prediction and a target."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import nan

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._classes import check_classes, class_spelling, classes_last
from wiregrad.nodes._loss_settings import LossName, LossSettings, Reduction
from wiregrad.nodes._node import Build
from wiregrad.nodes._pairs import pair_spelling, pair_type, pair_values
from wiregrad.nodes._types import NodeProblem, ValueType


@dataclass(frozen=True, slots=True)
class LossFormula:
    """The loss that a node's settings choose."""

    settings: LossSettings

    @property
    def name(self) -> LossName:
        return self.settings.chosen_loss

    def result(self, prediction: ValueType, target: ValueType) -> ValueType:
        """The type of the unreduced losses, or a NodeProblem at the port `prediction` or `target`."""
        if self.name == "cross_entropy":
            return _class_losses(prediction, target)
        _check_paired_dtypes(self.name, prediction, target)
        return pair_type(prediction, target)

    def build(
        self, build: Build, prediction: Value, target: Value, sources: tuple[ValueType, ValueType]
    ) -> Value:
        """The unreduced losses, of the type that `result` promises."""
        if self.name == "cross_entropy":
            return _cross_entropy(self.settings, build, prediction, target, sources)
        return _PAIRED[self.name](self.settings, *pair_values(build, prediction, target, sources))

    def reduced(
        self,
        reduction: Reduction,
        build: Build,
        prediction: Value,
        target: Value,
        sources: tuple[ValueType, ValueType],
    ) -> Value:
        losses = self.build(build, prediction, target, sources)
        match reduction:
            case "none":
                return losses
            case "sum":
                return ops.reduce_sum(losses, range(losses.rank))
            case "mean":
                return ops.mean(losses)

    def torch(self, reduction: Reduction, prediction: ValueType, target: ValueType) -> str:
        if self.name == "cross_entropy":
            a, b = class_spelling(prediction, target)
        else:
            a, b = pair_spelling(prediction, target)
        options = {
            "huber": f", delta={self.settings.delta}",
            "cross_entropy": f", label_smoothing={self.settings.label_smoothing}",
        }
        function = _TORCH[self.name]
        result = f"F.{function}({a}, {b}{options.get(self.name, '')}, reduction='{reduction}')"
        return f"{result}.squeeze(0)" if a.endswith(".unsqueeze(0)") and reduction == "none" else result


_TORCH: Mapping[LossName, str] = {
    "mse": "mse_loss",
    "mae": "l1_loss",
    "huber": "huber_loss",
    "cross_entropy": "cross_entropy",
    "binary_cross_entropy": "binary_cross_entropy_with_logits",
}


# ---- Losses of two equal shapes, element by element ----


def _check_paired_dtypes(name: LossName, prediction: ValueType, target: ValueType) -> None:
    takes_booleans = name == "binary_cross_entropy"
    for port, value in (("prediction", prediction), ("target", target)):
        if value.dtype == "bool" and not (takes_booleans and port == "target"):
            raise NodeProblem(
                "This loss compares numbers.",
                code="dtype",
                port=port,
                expected="float32 or int64",
                got=str(value),
                remedy="Connect numbers; a target of booleans goes with binary cross-entropy.",
            )


def _mse(settings: LossSettings, x: Value, t: Value) -> Value:  # noqa: ARG001
    return ops.square(ops.sub(x, t))


def _mae(settings: LossSettings, x: Value, t: Value) -> Value:  # noqa: ARG001
    return ops.abs(ops.sub(x, t))


def _huber(settings: LossSettings, x: Value, t: Value) -> Value:
    """Huber 1964: half the square up to delta, a line beyond."""
    distance = ops.abs(ops.sub(x, t))
    delta, half = ops.full_like(settings.delta, x), ops.full_like(0.5, x)
    near = ops.mul(half, ops.square(distance))
    far = ops.mul(delta, ops.sub(distance, ops.mul(half, delta)))
    return ops.select(ops.le(distance, delta), near, far)


def _binary_cross_entropy(settings: LossSettings, x: Value, t: Value) -> Value:  # noqa: ARG001
    """-t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)) = softplus(x) - x t, which cannot overflow."""
    return ops.sub(ops.softplus(x), ops.mul(x, t))


_PAIRED: Mapping[LossName, Callable[[LossSettings, Value, Value], Value]] = {
    "mse": _mse,
    "mae": _mae,
    "huber": _huber,
    "binary_cross_entropy": _binary_cross_entropy,
}


# ---- Cross-entropy: one number for each class along the first axis of the prediction ----


def _class_losses(prediction: ValueType, target: ValueType) -> ValueType:
    check_classes(prediction, target)
    return ValueType("float32", prediction.shape[1:], prediction.batched or target.batched)


def _cross_entropy(
    settings: LossSettings,
    build: Build,
    prediction: Value,
    target: Value,
    sources: tuple[ValueType, ValueType],
) -> Value:
    """`F.cross_entropy` of PyTorch, except that a class number out of range makes the loss NaN."""
    logits, target = classes_last(build, prediction, target, sources)
    logs = ops.log_softmax(logits, -1)
    if sources[1].is_float:
        loss = ops.neg(ops.reduce_sum(ops.mul(target, logs), [logs.rank - 1]))
    else:
        loss = _picked(logs, target)
    if not settings.label_smoothing:
        return loss
    even = ops.neg(ops.mean(logs, [logs.rank - 1]))
    keep, spread = (
        ops.full_like(part, loss) for part in (1 - settings.label_smoothing, settings.label_smoothing)
    )
    return ops.add(ops.mul(keep, loss), ops.mul(spread, even))


def _picked(logs: Value, target: Value) -> Value:
    """Minus the logarithm of each target's class. Selected, as -inf times 0 would be NaN."""
    classes = logs.shape[-1]
    chosen = ops.select(ops.one_hot(target, classes, "bool"), logs, ops.full_like(0, logs))
    loss = ops.neg(ops.reduce_sum(chosen, [logs.rank - 1]))
    exists = ops.logical_and(
        ops.ge(target, ops.full_like(0, target)), ops.lt(target, ops.full_like(classes, target))
    )
    return ops.select(exists, loss, ops.full_like(nan, loss))
