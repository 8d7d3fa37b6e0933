"""What a prediction answers, as class numbers: the largest score, or yes (1) and no (0)."""

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._classes import MIN_CLASSES, check_classes, classes_last
from wiregrad.nodes._node import Build
from wiregrad.nodes._pairs import pair_spelling, pair_type, pair_values
from wiregrad.nodes._types import ValueType

Sources = tuple[ValueType, ValueType]


def has_classes(prediction: ValueType, target: ValueType) -> bool:
    """Whether the prediction is one score per class, rather than one number per target."""
    if not prediction.is_float or not prediction.shape or prediction.shape[0] < MIN_CLASSES:
        return False
    return target.is_float or prediction.shape != target.shape


def check_answers(prediction: ValueType, target: ValueType) -> None:
    if has_classes(prediction, target):
        check_classes(prediction, target)
    else:
        pair_type(prediction, target)


def answers(
    build: Build, prediction: Value, target: Value, sources: Sources, threshold: float
) -> tuple[Value, Value]:
    """What was answered and what was right, as int64 of one shape."""
    if has_classes(*sources):
        scores, right = scores_and_classes(build, prediction, target, sources)
        return ops.argmax(scores, -1), right
    said = yes_or_no(prediction, threshold), yes_or_no(target, 0.5)
    whole = sources[0].with_dtype("int64"), sources[1].with_dtype("int64")
    return pair_values(build, *said, whole)


def scores_and_classes(
    build: Build, prediction: Value, target: Value, sources: Sources
) -> tuple[Value, Value]:
    """The scores (batch, ..., classes), and the right class numbers (batch, ...)."""
    scores, right = classes_last(build, prediction, target, sources)
    return scores, ops.argmax(right, -1) if sources[1].is_float else right


def yes_or_no(value: Value, threshold: float) -> Value:
    """Yes (1) or no (0) from a float or a boolean; whole numbers stay what they are."""
    if value.dtype.startswith("float"):
        value = ops.gt(value, ops.full_like(threshold, value))
    return ops.cast(value, "int64")


def answers_spelling(prediction: ValueType, target: ValueType, threshold: float) -> tuple[str, str]:
    """The same in PyTorch; of numbers that are paired, yes and no are booleans or floats."""
    if has_classes(prediction, target):
        dim = int(prediction.batched)
        right = f"target.argmax({int(target.batched)})" if target.is_float else "target"
        return f"prediction.argmax({dim})", right
    a, b = pair_spelling(prediction.with_dtype("float32"), target.with_dtype("float32"))
    return (
        f"({a} > {threshold})" if prediction.is_float else a,
        f"({b} > 0.5)" if target.is_float else b,
    )
