"""Axes as a person counts them: within one sample, from 0 or from the end."""

from collections.abc import Sequence

from wiregrad.nodes._types import NodeProblem, ValueType, format_shape


def sample_axis(axis: int, value: ValueType, port: str = "input") -> int:
    """The axis counted from 0, or a NodeProblem if the sample has no such axis."""
    if not -value.rank <= axis < value.rank:
        raise NodeProblem(
            f"There is no axis {axis} in a sample of shape {format_shape(value.shape)}.",
            port=port,
            expected=f"an axis from {-value.rank} to {value.rank - 1}" if value.rank else "a value with axes",
            got=f"axis {axis} of {value}",
            remedy="Choose an axis that exists; the batch axis does not count.",
        )
    return axis % value.rank


def sample_axes(axes: Sequence[int], value: ValueType, port: str = "input") -> tuple[int, ...]:
    """Several axes counted from 0, in ascending order; none named means all of them."""
    found = sorted(sample_axis(axis, value, port) for axis in axes) or list(range(value.rank))
    if len(set(found)) < len(found):
        raise NodeProblem(
            "An axis is named twice.",
            code="setting",
            port=port,
            expected="each axis once",
            got=f"axes {format_shape(tuple(axes))} of {value}",
            remedy="Remove the repeated axis.",
        )
    return tuple(found)


def tensor_axis(axis: int, value: ValueType, port: str = "input") -> int:
    """The axis in the tensor that carries the value, where the batch axis, if any, comes first."""
    return sample_axis(axis, value, port) + value.batched
