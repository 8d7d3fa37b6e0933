"""Primitives that are kernels of their own: movement of elements, pooling, indexing, random bits."""

from __future__ import annotations

from typing import cast

from wiregrad.engine.backends.llvm.axes import contiguous_strides
from wiregrad.engine.backends.llvm.drafts import Draft, Drafting, Singles, Spot
from wiregrad.engine.backends.llvm.kernel import Kernel
from wiregrad.engine.backends.llvm.kernels.argmax import ArgMax
from wiregrad.engine.backends.llvm.kernels.indexing import Gather, ScatterAdd
from wiregrad.engine.backends.llvm.kernels.pooling import MaxPool, MaxPoolPick
from wiregrad.engine.backends.llvm.kernels.pooling_gradient import MaxPoolGradient
from wiregrad.engine.backends.llvm.kernels.random_bits import RandomBits
from wiregrad.engine.backends.llvm.products import weight_gradient
from wiregrad.engine.ir import ITEM_BYTES, Shape, Value
from wiregrad.engine.ops.window import Window


def _whole(drafting: Drafting, value: Value, kernel: Kernel) -> list[Draft]:
    return [Draft(kernel, tuple(map(drafting.spot, value.inputs)), (Spot(value),))]


# ---- Movement ----


def _copied(drafting: Drafting, value: Value) -> list[Draft]:
    """The same elements in the same order, under another shape."""
    (x,) = value.inputs
    return [drafting.copied(x, Spot(value), contiguous_strides(x.shape))]


def _concat(drafting: Drafting, value: Value) -> list[Draft]:
    axis = cast(int, value.attributes["axis"])
    strides = contiguous_strides(value.shape)
    drafts, start = [], 0
    for part in value.inputs:
        target = Spot(value, start * strides[axis] * ITEM_BYTES[value.dtype])
        if part.size and drafting.spread.get(part) is not value:
            drafts.append(drafting.copied(part, target, strides))
        start += part.shape[axis]
    return drafts


def _pad(drafting: Drafting, value: Value) -> list[Draft]:
    (x,) = value.inputs
    low, gaps = (cast(Shape, value.attributes[name]) for name in ("low", "interior"))
    strides = contiguous_strides(value.shape)
    start = sum(a * stride for a, stride in zip(low, strides, strict=True)) * ITEM_BYTES[value.dtype]
    filled = drafting.filled(cast(float, value.attributes["value"]), value.dtype, Spot(value), value.size)
    steps = [stride * (gap + 1) for stride, gap in zip(strides, gaps, strict=True)]
    return [filled, drafting.copied(x, Spot(value, start), steps)] if x.size else [filled]


# ---- The rest, each with a kernel of its own ----


def _argmax(drafting: Drafting, value: Value) -> list[Draft]:
    axis = cast(int, value.attributes["axis"])
    return _whole(drafting, value, ArgMax(drafting.layout(value.inputs[0]), axis))


def _gather(drafting: Drafting, value: Value) -> list[Draft]:
    x, indices = map(drafting.layout, value.inputs)
    return _whole(drafting, value, Gather(x, indices, cast(int, value.attributes["axis"])))


def _scatter_add(drafting: Drafting, value: Value) -> list[Draft]:
    updates, indices = map(drafting.layout, value.inputs)
    axis, extent = (cast(int, value.attributes[name]) for name in ("axis", "extent"))
    return _whole(drafting, value, ScatterAdd(updates, indices, axis, extent))


def _random_bits(drafting: Drafting, value: Value) -> list[Draft]:
    return _whole(drafting, value, RandomBits(cast(int, value.attributes["stream"]), value.shape))


def _pool(drafting: Drafting, value: Value) -> list[Draft]:
    (x,) = map(drafting.layout, value.inputs)
    return _whole(drafting, value, MaxPool(x, cast(Window, value.attributes["window"])))


def _pool_gradient(drafting: Drafting, value: Value) -> list[Draft]:
    x, y, g = map(drafting.layout, value.inputs)
    window = cast(Window, value.attributes["window"])
    return _whole(drafting, value, MaxPoolGradient(x, y, g, window))


def _pool_pick(drafting: Drafting, value: Value) -> list[Draft]:
    x, y, v = map(drafting.layout, value.inputs)
    window = cast(Window, value.attributes["window"])
    return _whole(drafting, value, MaxPoolPick(x, y, v, window))


def _weight_gradient(drafting: Drafting, value: Value) -> list[Draft]:
    return _whole(drafting, value, weight_gradient(drafting.layout, value, drafting.target))


SINGLES: Singles = {
    "reshape": _copied,
    "broadcast": _copied,
    "concat": _concat,
    "pad": _pad,
    "argmax": _argmax,
    "gather": _gather,
    "scatter_add": _scatter_add,
    "random_bits": _random_bits,
    "max_pool2d": _pool,
    "max_pool2d_gradient": _pool_gradient,
    "max_pool2d_pick": _pool_pick,
    "conv2d_weight_gradient": _weight_gradient,
}
