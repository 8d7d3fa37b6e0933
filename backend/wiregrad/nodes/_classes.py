"""Predictions with one number for each class along the first axis, and how their targets name classes."""

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._broadcast import broadcast_value
from wiregrad.nodes._node import Build
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, format_shape

MIN_CLASSES = 2
MAX_CLASSES = 1_000_000


def check_classes(prediction: ValueType, target: ValueType) -> None:
    """Accept logits (classes, ...) with class numbers (...), or with probabilities (classes, ...)."""
    if not prediction.is_float or not prediction.shape or prediction.shape[0] < MIN_CLASSES:
        raise NodeProblem(
            "The prediction must have one number for each of two or more classes.",
            code="shape" if prediction.is_float else "dtype",
            port="prediction",
            expected="float32 (classes,), with two or more classes",
            got=str(prediction),
            remedy="Give the last layer one unit per class; with a single unit use binary cross-entropy.",
        )
    if prediction.shape[0] > MAX_CLASSES:
        raise NodeProblem(
            "There are too many classes.",
            code="limit",
            port="prediction",
            expected=f"at most {MAX_CLASSES} classes",
            got=str(prediction),
            remedy="Give the last layer fewer units.",
        )
    if target.dtype == "bool":
        raise _wrong_target(prediction, target, "Connect class numbers: set the Input's data type to int64.")
    if target.is_float and target.shape != prediction.shape:
        remedy = (
            "For class numbers set the Input's data type to int64; probabilities need one number per class."
        )
        raise _wrong_target(prediction, target, remedy)
    if not target.is_float and target.shape != prediction.shape[1:]:
        raise _wrong_class_numbers(prediction, target)


def _wrong_class_numbers(prediction: ValueType, target: ValueType) -> NodeProblem:
    shape = prediction.shape[1:]
    if target.with_shape(shape).size == target.size:
        fix = Fix("insert", f"Insert Reshape to {format_shape(shape)}", "Reshape", {"shape": list(shape)})
        return _wrong_target(prediction, target, f"Put a Reshape to {format_shape(shape)} before it.", fix)
    remedy = "Reshape the target."
    if shape:
        remedy = "Put a Flatten before the last Linear, so that the prediction has the shape (classes,)."
    return _wrong_target(prediction, target, remedy)


def _wrong_target(
    prediction: ValueType, target: ValueType, remedy: str, fix: Fix | None = None
) -> NodeProblem:
    numbers, probabilities = format_shape(prediction.shape[1:]), format_shape(prediction.shape)
    return NodeProblem(
        "The target does not fit the classes of the prediction.",
        code="dtype" if target.dtype == "bool" else "shape",
        port="target",
        expected=f"class numbers int64 {numbers}, or probabilities float32 {probabilities}",
        got=f"{target}, with a prediction {prediction}",
        remedy=remedy,
        fix=fix,
    )


def classes_last(
    build: Build, prediction: Value, target: Value, sources: tuple[ValueType, ValueType]
) -> tuple[Value, Value]:
    """Logits (batch, ..., classes), and class numbers (batch, ...) or probabilities (batch, ..., classes)."""
    batched = any(source.batched for source in sources)
    logits, chosen = (
        broadcast_value(build, value, source, ValueType(source.dtype, source.shape, batched))
        for value, source in zip((prediction, target), sources, strict=True)
    )
    if sources[1].is_float:
        chosen = _class_axis_last(chosen, batched)
    return _class_axis_last(logits, batched), chosen


def _class_axis_last(value: Value, batched: bool) -> Value:
    return ops.transpose(value, [*range(batched), *range(batched + 1, value.rank), int(batched)])


def class_exists(target: Value, classes: int) -> Value:
    """Whether each class number is one of 0, 1, ..., classes - 1."""
    return ops.logical_and(
        ops.ge(target, ops.full_like(0, target)), ops.lt(target, ops.full_like(classes, target))
    )


def class_spelling(prediction: ValueType, target: ValueType) -> tuple[str, str]:
    batched = prediction.batched or target.batched
    a, b = "prediction", "target"
    if batched and not prediction.batched:
        a = f"prediction.expand(target.shape[0], {', '.join(['-1'] * prediction.rank)})"
    if batched and not target.batched:
        b = f"target.expand({', '.join(['prediction.shape[0]'] + ['-1'] * target.rank)})"
    if not batched and prediction.rank > 1:
        a, b = "prediction.unsqueeze(0)", "target.unsqueeze(0)"
    return a, b
