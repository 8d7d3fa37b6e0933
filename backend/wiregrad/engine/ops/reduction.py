"""Reductions: the reduced axes are removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import wiregrad.engine.ops.shape as shape  # noqa: PLR0402 - a cycle: each is the other's gradient
from wiregrad.engine.ir import IRError, TensorType, Value
from wiregrad.engine.ops.elementwise import cast, div, eq, mul
from wiregrad.engine.primitive import INTEGER, NUMBERS, GradientRule, Primitive


def _reduced(x: TensorType, *, axes: shape.Axes) -> TensorType:
    NUMBERS.check(x)
    return x.with_shape(extent for axis, extent in enumerate(x.shape) if axis not in axes)


def _nonempty_reduced(x: TensorType, *, axes: shape.Axes) -> TensorType:
    if any(x.shape[axis] == 0 for axis in axes):
        raise IRError(f"expected at least one element along {axes}; got {x}")
    return _reduced(x, axes=axes)


def restore(reduced: Value, like: Value, axes: Sequence[int]) -> Value:
    """Broadcast a reduction back over the axes that it removed."""
    kept = [axis for axis in range(like.rank) if axis not in axes]
    return shape.broadcast(reduced, like.shape, kept)


def _shared_among_ties(g: Value, y: Value, x: Value, *, axes: shape.Axes) -> Sequence[Value]:
    """PyTorch's `amax`: equal extrema share the cotangent evenly."""
    chosen = cast(eq(x, restore(y, x, axes)), x.dtype)
    return (mul(chosen, restore(div(g, reduce_sum(chosen, axes)), x, axes)),)


def _reduction(name: str, ufunc: str, gradient: GradientRule) -> Primitive:
    def kernel(xp: Any, out: Any, x: Any, *, axes: shape.Axes) -> None:
        getattr(xp, ufunc)(x, axis=axes, out=out)

    return Primitive(name, _reduced if ufunc == "sum" else _nonempty_reduced, gradient, kernel)


_reduce_sum = _reduction("reduce_sum", "sum", lambda g, y, x, *, axes: (restore(g, x, axes),))
_reduce_max = _reduction("reduce_max", "max", _shared_among_ties)
_reduce_min = _reduction("reduce_min", "min", _shared_among_ties)


def reduce_sum(x: Value, axes: Sequence[int]) -> Value:
    """The sum over some axes; over none, x itself."""
    return _reduce_sum.bind(x, axes=shape.normalize_axes(axes, x.rank)) if len(axes) else x


def reduce_max(x: Value, axes: Sequence[int]) -> Value:
    """The largest over some axes; NaN if any is NaN."""
    return _reduce_max.bind(x, axes=shape.normalize_axes(axes, x.rank)) if len(axes) else x


def reduce_min(x: Value, axes: Sequence[int]) -> Value:
    """The smallest over some axes; NaN if any is NaN."""
    return _reduce_min.bind(x, axes=shape.normalize_axes(axes, x.rank)) if len(axes) else x


def _argmax_type(x: TensorType, *, axis: int) -> TensorType:
    return _nonempty_reduced(x, axes=(axis,)).with_dtype("int64")


_argmax: Primitive = Primitive(
    "argmax",
    _argmax_type,
    INTEGER,
    lambda xp, out, x, *, axis: xp.argmax(x, axis=axis, out=out),
)


def argmax(x: Value, axis: int) -> Value:
    """Where along the axis the first largest element stands, as int64."""
    return _argmax.bind(x, axis=shape.normalize_axis(axis, x.rank))
