"""From matrix products and convolutions, as values, to their kernels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from wiregrad.engine.backends.llvm.axes import collapsed, contiguous_strides
from wiregrad.engine.backends.llvm.kernel import Kernel, Layout
from wiregrad.engine.backends.llvm.kernels.convolution import Convolution, InputGradient
from wiregrad.engine.backends.llvm.kernels.product import Product
from wiregrad.engine.backends.llvm.kernels.repeated import Repeated
from wiregrad.engine.backends.llvm.kernels.tail import Tail
from wiregrad.engine.backends.llvm.kernels.weight_gradient import WeightGradient
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, Value
from wiregrad.engine.ops.window import Window
from wiregrad.engine.passes.bfloat16 import holds_bfloat16

Describe = Callable[[Value], Layout]
MakeKernel = Callable[[Describe, Value, Tail, Target], Kernel]


def _matmul(layout: Describe, value: Value, tail: Tail, target: Target) -> Kernel:
    """One product for all leading axes if they can be walked as one, else one for each of the outer ones."""
    a, b = map(layout, value.inputs)
    *lead, rows, columns = value.shape
    depth = a.shape[-1]
    whole = contiguous_strides(value.shape)
    results = [whole[:-2]] * len(tail.result_dtypes)
    walks = [a.strides[:-2], b.strides[:-2], *results]
    extents, strides, _ = collapsed(tuple(lead), walks, (False,) * len(lead))
    batch = extents[-1] if extents else 1
    steps = [walk[-1] if walk else 0 for walk in strides]
    product = Product(
        value.dtype,
        batch,
        rows,
        columns,
        depth,
        (steps[0], *a.strides[-2:]),  # type: ignore[arg-type]
        (steps[1], *b.strides[-2:]),  # type: ignore[arg-type]
        tail,
        target,
        is_paired=_is_paired(value, target),
    )
    if len(extents) < 2:
        return product
    return _repeated(product, extents[:-1], [walk[:-1] for walk in strides], value, tail)


def _is_paired(value: Value, target: Target) -> bool:
    """Whether both operands hold bfloat16, and the target multiplies it."""
    return target.multiplies_bfloat16 and all(map(holds_bfloat16, value.inputs))


def _repeated(
    product: Product, outer: Sequence[int], walks: Sequence[Sequence[int]], value: Value, tail: Tail
) -> Kernel:
    """Around the innermost batch, from the inside out."""
    kernel: Kernel = product
    covered = product.batch
    item = ITEM_BYTES[value.dtype]
    sizes = [ITEM_BYTES[dtype] for dtype in tail.result_dtypes]
    for axis in reversed(range(len(outer))):
        of_loads = [
            load[0] * covered * ITEM_BYTES[dtype]
            for load, dtype in zip(tail.loads, tail.formula.given[1:], strict=True)
        ]
        of_results = [walk[axis] * size for walk, size in zip(walks[2:], sizes, strict=True)]
        steps = (walks[0][axis] * item, walks[1][axis] * item, *of_loads, *of_results)
        kernel = Repeated(kernel, outer[axis], steps)
        covered *= outer[axis]
    return kernel


def _geometry(value: Value) -> tuple[Window, int]:
    return cast(Window, value.attributes["window"]), cast(int, value.attributes["groups"])


def _convolution(layout: Describe, value: Value, tail: Tail, target: Target) -> Kernel:
    x, w = map(layout, value.inputs)
    window, groups = _geometry(value)
    return Convolution(
        value.dtype,
        x.shape,
        value.shape,
        window,
        groups,
        _four(x.strides),
        _four(w.strides),
        tail,
        target,
        _is_paired(value, target),
    )


def _input_gradient(layout: Describe, value: Value, tail: Tail, target: Target) -> Kernel:
    g, w = map(layout, value.inputs)
    window, groups = _geometry(value)
    return InputGradient(
        value.dtype,
        value.shape,
        g.shape,
        window,
        groups,
        _four(g.strides),
        _four(w.strides),
        tail,
        target,
        _is_paired(value, target),
    )


def _four(strides: Sequence[int]) -> tuple[int, int, int, int]:
    a, b, c, d = strides
    return a, b, c, d


def weight_gradient(layout: Describe, value: Value, target: Target) -> WeightGradient:
    x, g = map(layout, value.inputs)
    window, groups = _geometry(value)
    return WeightGradient(
        value.dtype, x.shape, g.shape, window, groups, _four(x.strides), _four(g.strides), target
    )


PRODUCT_KERNELS: Mapping[str, MakeKernel] = {
    "matmul": _matmul,
    "conv2d": _convolution,
    "conv2d_input_gradient": _input_gradient,
}
