"""Primitives that move elements without computing: broadcast, reshape, transpose, slice, pad, concat."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

import wiregrad.engine.ops.reduction as reduction  # noqa: PLR0402 - a cycle: each is the other's gradient
from wiregrad.engine.ir import IRError, Shape, TensorType, Value
from wiregrad.engine.ops.sources import Scalar
from wiregrad.engine.primitive import Primitive

Axes = tuple[int, ...]


def normalize_axis(axis: int, rank: int) -> int:
    """Count a negative axis from the end; refuse one that does not exist."""
    if not -rank <= axis < rank:
        raise IRError(f"expected an axis from {-rank} to {rank - 1}; got {axis}")
    return axis % rank


def normalize_axes(axes: Sequence[int], rank: int) -> Axes:
    result = tuple(sorted(normalize_axis(axis, rank) for axis in axes))
    if len(set(result)) < len(result):
        raise IRError(f"expected each axis once; got {tuple(axes)}")
    return result


# ---- Broadcast ----


def _broadcast_type(x: TensorType, *, shape: Shape, axes: Axes) -> TensorType:
    if len(axes) != x.rank or list(axes) != sorted(set(axes)) or any(not 0 <= a < len(shape) for a in axes):
        raise IRError(f"expected one increasing axis of {shape} for each of {x}; got {axes}")
    if any(extent not in (1, shape[axis]) for extent, axis in zip(x.shape, axes, strict=True)):
        raise IRError(f"expected extents of 1 or equal to those of {shape} at {axes}; got {x}")
    return x.with_shape(shape)


def _broadcast_view(x: Any, *, shape: Shape, axes: Axes) -> Any:
    import numpy as np  # noqa: PLC0415

    aligned = [1] * len(shape)
    for extent, axis in zip(x.shape, axes, strict=True):
        aligned[axis] = extent
    return np.broadcast_to(x.reshape(aligned), shape)


def _broadcast_gradient(g: Value, y: Value, x: Value, *, shape: Shape, axes: Axes) -> Sequence[Value]:
    kept = {axis for axis, extent in zip(axes, x.shape, strict=True) if extent == shape[axis]}
    summed = [axis for axis in range(len(shape)) if axis not in kept]
    return (reshape(reduction.reduce_sum(g, summed), x.shape),)


_broadcast: Primitive = Primitive(
    "broadcast",
    _broadcast_type,
    _broadcast_gradient,
    lambda xp, out, x, *, shape, axes: xp.copyto(out, _broadcast_view(x, shape=shape, axes=axes)),
    view=_broadcast_view,
)


def broadcast(x: Value, shape: Sequence[int], axes: Sequence[int]) -> Value:
    """Repeat along new or unit axes: `axes[i]` is the axis of the result where axis i of x goes."""
    return _broadcast.bind(x, shape=tuple(shape), axes=tuple(axes))


def broadcast_to(x: Value, shape: Sequence[int]) -> Value:
    """Broadcast as NumPy does: missing axes are put in front."""
    if x.shape == tuple(shape):
        return x
    if x.rank > len(shape):
        raise IRError(f"broadcast_to: expected at most {len(shape)} axes; got {x.type}")
    return broadcast(x, shape, range(len(shape) - x.rank, len(shape)))


def broadcast_shapes(a: Shape, b: Shape) -> Shape:
    """The shape that two broadcast to, as NumPy does."""
    rank = max(len(a), len(b))
    aligned_a, aligned_b = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
    if any(m != n and 1 not in (m, n) for m, n in zip(aligned_a, aligned_b, strict=True)):
        raise IRError(f"expected extents that are equal or 1, counted from the last; got {a} and {b}")
    return tuple(n if m == 1 else m for m, n in zip(aligned_a, aligned_b, strict=True))


def broadcast_together(a: Value, b: Value) -> tuple[Value, Value]:
    shape = broadcast_shapes(a.shape, b.shape)
    return broadcast_to(a, shape), broadcast_to(b, shape)


# ---- Reshape and transpose ----


def _reshape_type(x: TensorType, *, shape: Shape) -> TensorType:
    if math.prod(shape) != x.size:
        raise IRError(f"expected a shape of {x.size} elements for {x}; got {shape}")
    return x.with_shape(shape)


_reshape: Primitive = Primitive(
    "reshape",
    _reshape_type,
    lambda g, y, x, *, shape: (reshape(g, x.shape),),
    lambda xp, out, x, *, shape: xp.copyto(out.reshape(x.shape), x),
    view=lambda x, *, shape: x.reshape(shape, copy=False),
)


def reshape(x: Value, shape: Sequence[int]) -> Value:
    """The same elements in row-major order under another shape (no -1 here)."""
    return x if x.shape == tuple(shape) else _reshape.bind(x, shape=tuple(shape))


def _transpose_type(x: TensorType, *, permutation: Axes) -> TensorType:
    if sorted(permutation) != list(range(x.rank)):
        raise IRError(f"expected a permutation of the {x.rank} axes of {x}; got {permutation}")
    return x.with_shape(x.shape[axis] for axis in permutation)


def inverse_permutation(permutation: Sequence[int]) -> Axes:
    return tuple(sorted(range(len(permutation)), key=permutation.__getitem__))


_transpose: Primitive = Primitive(
    "transpose",
    _transpose_type,
    lambda g, y, x, *, permutation: (transpose(g, inverse_permutation(permutation)),),
    lambda xp, out, x, *, permutation: xp.copyto(out, x.transpose(permutation)),
    view=lambda x, *, permutation: x.transpose(permutation),
)


def transpose(x: Value, permutation: Sequence[int]) -> Value:
    """Axis i of the result is axis `permutation[i]` of x."""
    if tuple(permutation) == tuple(range(x.rank)):
        return x
    return _transpose.bind(x, permutation=tuple(permutation))


# ---- Slice and pad: each the other's gradient ----


def _slice_type(x: TensorType, *, starts: Shape, stops: Shape, steps: Shape) -> TensorType:
    if not len(starts) == len(stops) == len(steps) == x.rank:
        raise IRError(f"expected {x.rank} starts, stops and steps for {x}; got {starts}, {stops}, {steps}")
    legal = [0 <= a <= b <= n and c >= 1 for a, b, c, n in zip(starts, stops, steps, x.shape, strict=True)]
    if not all(legal):
        raise IRError(
            f"expected 0 <= start <= stop <= extent and step >= 1 within {x}; got {starts}, {stops}, {steps}"
        )
    return x.with_shape(-(-(b - a) // c) for a, b, c in zip(starts, stops, steps, strict=True))


def _slice_view(x: Any, *, starts: Shape, stops: Shape, steps: Shape) -> Any:
    return x[tuple(map(builtins.slice, starts, stops, steps))]


def _slice_gradient(
    g: Value, y: Value, x: Value, *, starts: Shape, stops: Shape, steps: Shape
) -> Sequence[Value]:
    covered = [max(0, (n - 1) * step + 1) for n, step in zip(g.shape, steps, strict=True)]
    high = [n - a - used for n, a, used in zip(x.shape, starts, covered, strict=True)]
    return (pad(g, starts, high, interior=[step - 1 for step in steps]),)


_slice: Primitive = Primitive(
    "slice",
    _slice_type,
    _slice_gradient,
    lambda xp, out, x, **bounds: xp.copyto(out, _slice_view(x, **bounds)),
    view=_slice_view,
)


def slice(x: Value, starts: Sequence[int], stops: Sequence[int], steps: Sequence[int] | None = None) -> Value:
    """Elements start, start + step, ... below stop, along every axis."""
    steps = [1] * x.rank if steps is None else steps
    return _slice.bind(x, starts=tuple(starts), stops=tuple(stops), steps=tuple(steps))


def slice_axis(x: Value, start: int, stop: int, axis: int) -> Value:
    """x from `start` up to, without, `stop` along one axis, and whole along the others."""
    starts, stops = [0] * x.rank, list(x.shape)
    starts[axis], stops[axis] = start, stop
    return slice(x, starts, stops)


def _pad_type(x: TensorType, *, low: Shape, high: Shape, value: Scalar, interior: Shape) -> TensorType:
    if not len(low) == len(high) == len(interior) == x.rank or min(low + high + interior, default=0) < 0:
        raise IRError(f"expected {x.rank} pads of 0 or more per side for {x}; got {low}, {high}, {interior}")
    extents = zip(low, x.shape, interior, high, strict=True)
    return x.with_shape(a + max(0, (n - 1) * (gap + 1) + 1) + b for a, n, gap, b in extents)


def padded_interior(out: Any, extents: Shape, low: Shape, interior: Shape) -> Any:
    """The elements of a padded array that the operand's elements go to."""
    regions = zip(extents, low, interior, strict=True)
    return out[tuple(builtins.slice(a, a + n * (gap + 1), gap + 1) for n, a, gap in regions)]


def _pad(xp: Any, out: Any, x: Any, *, low: Shape, high: Shape, value: Scalar, interior: Shape) -> None:
    out.fill(value)
    xp.copyto(padded_interior(out, x.shape, low, interior), x)


def _pad_gradient(
    g: Value, y: Value, x: Value, *, low: Shape, high: Shape, value: Scalar, interior: Shape
) -> Sequence[Value]:  # fmt: skip
    extents = zip(low, x.shape, interior, strict=True)
    stops = [a + max(0, (n - 1) * (gap + 1) + 1) for a, n, gap in extents]
    return (slice(g, low, stops, [gap + 1 for gap in interior]),)


_pad_primitive: Primitive = Primitive("pad", _pad_type, _pad_gradient, _pad)


def pad(
    x: Value,
    low: Sequence[int],
    high: Sequence[int],
    value: Scalar = 0.0,
    interior: Sequence[int] | None = None,
) -> Value:
    """Put `value` before, after, and `interior` times between the elements along each axis."""
    interior = [0] * x.rank if interior is None else interior
    return _pad_primitive.bind(x, low=tuple(low), high=tuple(high), value=value, interior=tuple(interior))


# ---- Concat ----


def _concat_type(*parts: TensorType, axis: int) -> TensorType:
    if not parts:
        raise IRError("expected at least one part; got none")

    def around(type_: TensorType) -> object:
        return type_.dtype, type_.shape[:axis], type_.shape[axis + 1 :]

    if any(part.rank <= axis or around(part) != around(parts[0]) for part in parts):
        raise IRError(f"expected parts that differ along axis {axis} only; got {', '.join(map(str, parts))}")
    extent = sum(part.shape[axis] for part in parts)
    return parts[0].with_shape((*parts[0].shape[:axis], extent, *parts[0].shape[axis + 1 :]))


def _concat_gradient(g: Value, y: Value, *parts: Value, axis: int) -> Sequence[Value]:
    pieces, start = [], 0
    for part in parts:
        stop = start + part.shape[axis]
        pieces.append(slice_axis(g, start, stop, axis))
        start = stop
    return pieces


_concat: Primitive = Primitive(
    "concat",
    _concat_type,
    _concat_gradient,
    lambda xp, out, *parts, axis: xp.concatenate(parts, axis=axis, out=out),
)


def concat(values: Sequence[Value], axis: int) -> Value:
    """The parts one after another along an axis that exists in each."""
    if not values:
        raise IRError("concat: expected at least one part; got none")
    return _concat.bind(*values, axis=normalize_axis(axis, values[0].rank))
