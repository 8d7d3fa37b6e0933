"""Primitives that are kernels of their own: movement of elements, pooling, indexing, random bits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from wiregrad.engine.backends.llvm.axes import contiguous_strides
from wiregrad.engine.backends.llvm.draft import Draft, Spot, Temporary
from wiregrad.engine.backends.llvm.drafting import Drafting, Singles
from wiregrad.engine.backends.llvm.kernel import Kernel, Layout, contiguous
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


def _with_rows_of_channels(drafting: Drafting, value: Value) -> tuple[list[Draft], list[Spot], list[Layout]]:
    """The operands of a pool, copied where neighboring channels stand apart: it walks along them."""
    copies, spots, layouts = [], [], []
    for operand in value.inputs:
        spot, layout = drafting.spot(operand), drafting.layout(operand)
        if layout.strides[3] not in (0, 1) and layout.shape[3] > 1:
            spot, layout = Spot(Temporary(operand.type.nbytes)), contiguous(operand.dtype, operand.shape)
            copies.append(drafting.copied(operand, spot, layout.strides))
        spots.append(spot)
        layouts.append(layout)
    return copies, spots, layouts


def _pool(drafting: Drafting, value: Value) -> list[Draft]:
    copies, spots, layouts = _with_rows_of_channels(drafting, value)
    kernel = POOLS[value.primitive.name](*layouts, cast(Window, value.attributes["window"]))
    return [*copies, Draft(kernel, tuple(spots), (Spot(value),))]


def _weight_gradient(drafting: Drafting, value: Value) -> list[Draft]:
    return _whole(drafting, value, weight_gradient(drafting.layout, value, drafting.target))


POOLS: Mapping[str, Callable[..., Kernel]] = {
    "max_pool2d": MaxPool,
    "max_pool2d_gradient": MaxPoolGradient,
    "max_pool2d_pick": MaxPoolPick,
}
SINGLES: Singles = {
    "reshape": _copied,
    "broadcast": _copied,
    "concat": _concat,
    "pad": _pad,
    "argmax": _argmax,
    "gather": _gather,
    "scatter_add": _scatter_add,
    "random_bits": _random_bits,
    **dict.fromkeys(POOLS, _pool),
    "conv2d_weight_gradient": _weight_gradient,
}
