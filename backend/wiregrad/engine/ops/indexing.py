"""Gather and scatter_add: each the other's gradient."""

from __future__ import annotations

from typing import Any

from wiregrad.engine.ir import IRError, TensorType, Value
from wiregrad.engine.ops.shape import normalize_axis
from wiregrad.engine.primitive import INTEGERS, Primitive


def _gather_type(x: TensorType, indices: TensorType, *, axis: int) -> TensorType:
    INTEGERS.check(indices)
    return x.with_shape(x.shape[:axis] + indices.shape + x.shape[axis + 1 :])


_gather: Primitive = Primitive(
    "gather",
    _gather_type,
    lambda g, y, x, indices, *, axis: (scatter_add(g, indices, axis, x.shape[axis]), None),
    lambda xp, out, x, indices, *, axis: xp.take(x, indices, axis=axis, out=out),
)


def gather(x: Value, indices: Value, axis: int) -> Value:
    """Like `numpy.take`: axis `axis` of x gives way to the axes of the integer indices."""
    return _gather.bind(x, indices, axis=normalize_axis(axis, x.rank))


def _scatter_add_type(updates: TensorType, indices: TensorType, *, axis: int, extent: int) -> TensorType:
    INTEGERS.check(indices)
    end = axis + indices.rank
    if updates.shape[axis:end] != indices.shape:
        raise IRError(f"expected the axes of the indices {indices} from axis {axis} on; got {updates}")
    return updates.with_shape((*updates.shape[:axis], extent, *updates.shape[end:]))


def _scatter_add_kernel(xp: Any, out: Any, updates: Any, indices: Any, *, axis: int, extent: int) -> None:
    out.fill(0)
    xp.add.at(out, (slice(None),) * axis + (indices,), updates)


_scatter_add: Primitive = Primitive(
    "scatter_add",
    _scatter_add_type,
    lambda g, y, updates, indices, *, axis, extent: (gather(g, indices, axis), None),
    _scatter_add_kernel,
)


def scatter_add(updates: Value, indices: Value, axis: int, extent: int) -> Value:
    """Zeros of `extent` along `axis`, to which the updates are added where their indices say."""
    return _scatter_add.bind(updates, indices, axis=axis, extent=extent)
