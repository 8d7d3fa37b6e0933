"""What every layer wants, made of primitives and numerically stable."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wiregrad.engine.ir import DType, Value
from wiregrad.engine.ops.elementwise import add, cast, div, eq, exp, log, mul, stop_gradient, sub
from wiregrad.engine.ops.reduction import reduce_max, reduce_sum, restore
from wiregrad.engine.ops.shape import broadcast, concat, normalize_axes, normalize_axis, reshape, slice_axis
from wiregrad.engine.ops.sources import constant, full_like


def stack(parts: Sequence[Value], axis: int = 0) -> Value:
    """Values of one shape next to each other along a new axis."""
    shape = parts[0].shape
    axis = normalize_axis(axis, len(shape) + 1)
    rows = [reshape(part, (*shape[:axis], 1, *shape[axis:])) for part in parts]
    return concat(rows, axis)


def unstack(x: Value, axis: int = 0) -> list[Value]:
    """The inverse of `stack`."""
    axis = normalize_axis(axis, x.rank)
    shape = (*x.shape[:axis], *x.shape[axis + 1 :])
    return [reshape(slice_axis(x, n, n + 1, axis), shape) for n in range(x.shape[axis])]


def square(x: Value) -> Value:
    return mul(x, x)


def mean(x: Value, axes: Sequence[int] | None = None) -> Value:
    """The mean over some axes, which are removed; over all of them unless given."""
    axes = normalize_axes(range(x.rank) if axes is None else axes, x.rank)
    total = reduce_sum(x, axes)
    count = math.prod(x.shape[axis] for axis in axes)
    return mul(total, full_like(1 / max(1, count), total))


def _centered(x: Value, axis: int) -> Value:
    """x less its largest element along the axis: exponentials of it cannot overflow."""
    return sub(x, restore(stop_gradient(reduce_max(x, [axis])), x, [axis]))


def softmax(x: Value, axis: int = -1) -> Value:
    axis = normalize_axis(axis, x.rank)
    powers = exp(_centered(x, axis))
    return div(powers, restore(reduce_sum(powers, [axis]), x, [axis]))


def log_softmax(x: Value, axis: int = -1) -> Value:
    axis = normalize_axis(axis, x.rank)
    centered = _centered(x, axis)
    return sub(centered, restore(log(reduce_sum(exp(centered), [axis])), x, [axis]))


def logsumexp(x: Value, axis: int = -1) -> Value:
    """log(sum(exp(x))) over one axis, which is removed."""
    axis = normalize_axis(axis, x.rank)
    largest = stop_gradient(reduce_max(x, [axis]))
    return add(log(reduce_sum(exp(sub(x, restore(largest, x, [axis]))), [axis])), largest)


def one_hot(indices: Value, classes: int, dtype: DType) -> Value:
    """Integers (...) to (..., classes): 1 at the index, else 0."""
    shape = (*indices.shape, classes)
    numbers = broadcast(constant(np.arange(classes), indices.dtype), shape, [indices.rank])
    return cast(eq(broadcast(indices, shape, range(indices.rank)), numbers), dtype)
