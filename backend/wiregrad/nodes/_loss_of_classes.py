"""Losses of one number for each class, along the first axis of the prediction."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from math import nan

import numpy as np

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._classes import check_classes, class_exists, class_spelling, classes_last
from wiregrad.nodes._loss_settings import LossName, LossSettings, Reduction
from wiregrad.nodes._node import Build
from wiregrad.nodes._types import Fix, NodeProblem, ValueType

Sources = tuple[ValueType, ValueType]


class ClassLoss(ABC):
    @abstractmethod
    def build(
        self, settings: LossSettings, build: Build, prediction: Value, target: Value, sources: Sources
    ) -> tuple[Value, Value | None]:
        """The losses, and the weights whose sum their mean is divided by; None: their number."""

    @abstractmethod
    def torch(
        self, settings: LossSettings, reduction: Reduction, prediction: ValueType, target: ValueType
    ) -> str: ...


def check_class_loss(settings: LossSettings, prediction: ValueType, target: ValueType) -> None:
    check_classes(prediction, target)
    if target.is_float and settings.chosen_loss == "multi_class_hinge":
        _refuse_probabilities(target, "The multi-class hinge compares with one class.")
    if target.is_float and settings.chosen_loss == "cross_entropy" and settings.ignore is not None:
        fix = Fix("set", "Ignore no class", settings={"ignore": None})
        _refuse_probabilities(target, "There is no class number to ignore in probabilities.", fix)
    if settings.weights_by_class and len(settings.weights_by_class) != prediction.shape[0]:
        raise NodeProblem(
            "There must be one weight for each class.",
            code="setting",
            port="prediction",
            expected=f"{prediction.shape[0]} class weights",
            got=f"{len(settings.weights_by_class)} class weights",
            remedy="Give each class a weight, or none.",
        )


def _refuse_probabilities(target: ValueType, message: str, fix: Fix | None = None) -> None:
    raise NodeProblem(
        message,
        code="dtype",
        port="target",
        expected="class numbers int64",
        got=str(target),
        remedy="Set the Input's data type to int64." if fix is None else "Leave that setting empty.",
        fix=fix,
    )


class CrossEntropy(ClassLoss):
    """`F.cross_entropy` of PyTorch, except that a class number out of range makes the loss NaN."""

    def build(
        self, settings: LossSettings, build: Build, prediction: Value, target: Value, sources: Sources
    ) -> tuple[Value, Value | None]:
        logits, target = classes_last(build, prediction, target, sources)
        logs = ops.neg(ops.log_softmax(logits, -1))
        if settings.weights_by_class:
            logs = ops.mul(logs, _weights_like(settings, logs))
        if sources[1].is_float:
            return _smoothed(settings, ops.reduce_sum(ops.mul(target, logs), [logs.rank - 1]), logs), None
        losses = _smoothed(settings, _picked(logs, target), logs)
        if settings.ignore is None and not settings.weights_by_class:
            return losses, None
        weights = _weights_of(settings, target, logs)
        if settings.ignore is not None:
            ignored = ops.eq(target, ops.full_like(settings.ignore, target))
            zero = ops.full_like(0, losses)
            losses, weights = ops.select(ignored, zero, losses), ops.select(ignored, zero, weights)
        return losses, weights

    def torch(
        self, settings: LossSettings, reduction: Reduction, prediction: ValueType, target: ValueType
    ) -> str:
        a, b = class_spelling(prediction, target)
        options = _weight_spelling(settings, a) + f", label_smoothing={settings.label_smoothing}"
        if settings.ignore is not None:
            options += f", ignore_index={settings.ignore}"
        result = f"F.cross_entropy({a}, {b}{options}, reduction='{reduction}')"
        return f"{result}.squeeze(0)" if a.endswith(".unsqueeze(0)") and reduction == "none" else result


class MultiClassHinge(ClassLoss):
    """`F.multi_margin_loss` of PyTorch: by how much other classes come within the margin, on average."""

    def build(
        self, settings: LossSettings, build: Build, prediction: Value, target: Value, sources: Sources
    ) -> tuple[Value, Value | None]:
        scores, target = classes_last(build, prediction, target, sources)
        right = ops.broadcast(_picked(scores, target), scores.shape, range(scores.rank - 1))
        excess = ops.relu(ops.add(ops.full_like(settings.margin, scores), ops.sub(scores, right)))
        is_right = ops.one_hot(target, scores.shape[-1], "bool")
        losses = ops.mean(ops.select(is_right, ops.full_like(0, excess), excess), [excess.rank - 1])
        if settings.weights_by_class:
            losses = ops.mul(losses, _weights_of(settings, target, scores))
        return losses, None

    def torch(
        self, settings: LossSettings, reduction: Reduction, prediction: ValueType, target: ValueType
    ) -> str:
        a, b = class_spelling(prediction, target)
        options = f"margin={settings.margin}{_weight_spelling(settings, a)}, reduction='{reduction}'"
        if prediction.rank == 1:
            return f"F.multi_margin_loss({a}, {b}, {options})"
        result = f"F.multi_margin_loss({a}.movedim(1, -1).flatten(0, -2), {b}.flatten(), {options})"
        shape = [-1, *prediction.shape[1:]] if prediction.batched or target.batched else prediction.shape[1:]
        return f"{result}.reshape({list(shape)})" if reduction == "none" else result


CLASS_LOSSES: Mapping[LossName, ClassLoss] = {
    "cross_entropy": CrossEntropy(),
    "multi_class_hinge": MultiClassHinge(),
}


def _smoothed(settings: LossSettings, losses: Value, logs: Value) -> Value:
    if not settings.label_smoothing:
        return losses
    even = ops.mean(logs, [logs.rank - 1])
    keep, spread = (
        ops.full_like(part, losses) for part in (1 - settings.label_smoothing, settings.label_smoothing)
    )
    return ops.add(ops.mul(keep, losses), ops.mul(spread, even))


def _picked(numbers: Value, target: Value) -> Value:
    """The number of each target's class, NaN if there is none. Selected, as infinity times 0 would be NaN."""
    classes = numbers.shape[-1]
    chosen = ops.select(ops.one_hot(target, classes, "bool"), numbers, ops.full_like(0, numbers))
    found = ops.reduce_sum(chosen, [numbers.rank - 1])
    return ops.select(class_exists(target, classes), found, ops.full_like(nan, found))


def _weights_like(settings: LossSettings, numbers: Value) -> Value:
    weights = ops.constant(np.array(settings.weights_by_class), numbers.dtype)
    return ops.broadcast(weights, numbers.shape, [numbers.rank - 1])


def _weights_of(settings: LossSettings, target: Value, numbers: Value) -> Value:
    """The weight of each target's class."""
    if not settings.weights_by_class:
        return ops.full(1, numbers.dtype, target.shape)
    weights = ops.constant(np.array(settings.weights_by_class), numbers.dtype)
    exists = class_exists(target, len(settings.weights_by_class))
    return ops.gather(weights, ops.select(exists, target, ops.full_like(0, target)), 0)


def _weight_spelling(settings: LossSettings, prediction: str) -> str:
    if not settings.weights_by_class:
        return ""
    return f", weight=torch.tensor({list(settings.weights_by_class)}, dtype={prediction}.dtype)"
