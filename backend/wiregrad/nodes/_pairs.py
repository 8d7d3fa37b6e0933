"""How a prediction meets its target, element by element: the rule, and under it the build that follows it."""

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._broadcast import broadcast_value
from wiregrad.nodes._node import Build
from wiregrad.nodes._types import Fix, NodeProblem, ValueType


def pair_type(prediction: ValueType, target: ValueType) -> ValueType:
    """The type to which both are brought: that of the larger, in float32.

    Shapes must be equal, but a single number goes with any other single number, and one that is the same for
    all samples goes with everything. (Broadcasting more than that hides mistakes: PyTorch warns of it.)
    """
    shape = prediction.shape
    if prediction.shape != target.shape and not (prediction.size == target.size == 1):
        if _is_one_for_all(prediction):
            shape = target.shape
        elif not _is_one_for_all(target):
            raise _unequal(prediction, target)
    return ValueType("float32", shape, prediction.batched or target.batched)


def _is_one_for_all(value: ValueType) -> bool:
    return value.size == 1 and not value.batched


def _unequal(prediction: ValueType, target: ValueType) -> NodeProblem:
    fix = None
    if prediction.size == target.size:
        shape = list(prediction.shape)
        fix = Fix("insert", "Reshape the target like the prediction", "Reshape", {"shape": shape})
    return NodeProblem(
        "Prediction and target have different shapes.",
        port="target",
        expected=f"a target of the prediction's shape, {prediction}",
        got=str(target),
        remedy="Make the last layer as wide as the target, or reshape one of the two.",
        fix=fix,
    )


def pair_values(
    build: Build, prediction: Value, target: Value, sources: tuple[ValueType, ValueType]
) -> tuple[Value, Value]:
    """Both values in the type that `pair_type` promises."""
    common = pair_type(*sources)
    a, b = (
        _fitted(build, v, source, common) for v, source in zip((prediction, target), sources, strict=True)
    )
    return a, b


def _fitted(build: Build, value: Value, source: ValueType, common: ValueType) -> Value:
    if source.shape != common.shape:
        source = source.with_shape(())
        value = ops.reshape(value, value.shape[: source.batched])
    return broadcast_value(build, value, source, common)


def pair_spelling(prediction: ValueType, target: ValueType) -> tuple[str, str]:
    """Both values in PyTorch, brought to one shape and to floats."""
    common = pair_type(prediction, target)
    left = _spelling("prediction", prediction, "target", target, common)
    return left, _spelling("target", target, "prediction", prediction, common)


def _spelling(name: str, source: ValueType, other_name: str, other: ValueType, common: ValueType) -> str:
    text = name
    if not source.is_float:
        text += f".to({f'{other_name}.dtype' if other.is_float else 'torch.float32'})"
    if source.shape == common.shape and source.batched == common.batched:
        return text
    if source.batched:
        return f"{text}.reshape({[-1, *common.shape]})"
    if source.size == 1:
        text += ".reshape([])"
    lengths = [f"{other_name}.shape[0]"] * common.batched + list(map(str, common.shape))
    return f"{text}.expand([{', '.join(lengths)}])"
