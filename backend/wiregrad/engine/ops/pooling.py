"""Pooling over NHWC.

`max_pool2d_pick(x, v)` takes from v what stands where the largest x of each window stands;
`max_pool2d_gradient` is its transpose. Both are linear in their second operand, and each is the other's
gradient.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from wiregrad.engine.ir import IRError, TensorType, Value
from wiregrad.engine.ops.convolution import NO_PADDING
from wiregrad.engine.ops.elementwise import add
from wiregrad.engine.ops.shape import pad, slice
from wiregrad.engine.ops.window import Padding, Window, pair
from wiregrad.engine.primitive import FLOATS, Primitive

CHOOSING = frozenset({0, 1})  # the operands that say where the largest elements stand


def _pooled(x: TensorType, *, window: Window) -> TensorType:
    FLOATS.check(x)
    if x.rank != 4:
        raise IRError(f"expected NHWC; got {x}")
    if any(max(pads) >= reach for pads, reach in zip(window.padding, _reach(window), strict=True)):
        raise IRError(
            f"expected less padding than the window reaches, or windows would be empty; got {window}"
        )
    return x.with_shape(window.output(x.shape))


def _reach(window: Window) -> list[int]:
    return [(size - 1) * dilation + 1 for size, dilation in zip(window.size, window.dilation, strict=True)]


def _padded(xp: Any, x: Any, window: Window, value: float) -> Any:
    if not window.is_padded:
        return x
    padded = xp.full(window.padded(x.shape), value, x.dtype)
    window.interior(padded, x.shape)[...] = x
    return padded


def _winners(xp: Any, x: Any, y: Any, window: Window) -> Iterator[tuple[tuple[int, int], Any]]:
    """For each place in the window, where it is the first that is not less than the largest element."""
    padded = _padded(xp, x, window, -xp.inf)
    is_open = xp.ones(y.shape, bool)
    for offset in window.offsets():
        is_less = window.at(padded, offset, y.shape) < y
        yield offset, is_open & ~is_less
        is_open &= is_less


def _max_pool_kernel(xp: Any, out: Any, x: Any, *, window: Window) -> None:
    padded = _padded(xp, x, window, -xp.inf)
    out.fill(-xp.inf)
    for offset in window.offsets():
        xp.maximum(out, window.at(padded, offset, out.shape), out=out)


_max_pool2d: Primitive = Primitive(
    "max_pool2d",
    _pooled,
    lambda g, y, x, *, window: (_max_pool2d_gradient.bind(x, y, g, window=window),),
    _max_pool_kernel,
)


def max_pool2d(
    x: Value,
    window: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: Padding = NO_PADDING,
    dilation: int | Sequence[int] = 1,
) -> Value:
    """The largest element of each window of NHWC; the stride is the window unless given; pads with -inf."""
    size = pair(window)
    moving = Window(size, pair(size if stride is None else stride), padding, pair(dilation))
    return _max_pool2d.bind(x, window=moving)


# ---- The gradient and its transpose ----


def _gradient_type(x: TensorType, y: TensorType, g: TensorType, *, window: Window) -> TensorType:
    expected = _pooled(x, window=window)
    if not y == g == expected:
        raise IRError(f"expected a result and a cotangent {expected}; got {y} and {g}")
    return x


def _gradient_kernel(xp: Any, out: Any, x: Any, y: Any, g: Any, *, window: Window) -> None:
    padded = xp.zeros(window.padded(x.shape), x.dtype)
    for offset, first in _winners(xp, x, y, window):
        window.at(padded, offset, g.shape)[first] += g[first]
    xp.copyto(out, window.interior(padded, x.shape))


_max_pool2d_gradient: Primitive = Primitive(
    "max_pool2d_gradient",
    _gradient_type,
    lambda g, _, x, y, gy, *, window: (None, None, _max_pool2d_pick.bind(x, y, g, window=window)),
    _gradient_kernel,
    piecewise_constant_in=CHOOSING,
)


def _pick_type(x: TensorType, y: TensorType, v: TensorType, *, window: Window) -> TensorType:
    pooled = _pooled(x, window=window)
    if v != x or y != pooled:
        raise IRError(f"expected {pooled} and {x}; got {y} and {v}")
    return pooled


def _pick_kernel(xp: Any, out: Any, x: Any, y: Any, v: Any, *, window: Window) -> None:
    padded = _padded(xp, v, window, 0.0)
    for offset, first in _winners(xp, x, y, window):
        xp.copyto(out, window.at(padded, offset, out.shape), where=first)


_max_pool2d_pick: Primitive = Primitive(
    "max_pool2d_pick",
    _pick_type,
    lambda g, _, x, y, v, *, window: (None, None, _max_pool2d_gradient.bind(x, y, g, window=window)),
    _pick_kernel,
    piecewise_constant_in=CHOOSING,
)


def max_pool2d_gradient(
    x: Value,
    g: Value,
    window: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: Padding = NO_PADDING,
    dilation: int | Sequence[int] = 1,
) -> Value:
    """The gradient of `max_pool2d`: the first largest element of each window, in row-major order, gets it."""
    size = pair(window)
    moving = Window(size, pair(size if stride is None else stride), padding, pair(dilation))
    return _max_pool2d_gradient.bind(x, _max_pool2d.bind(x, window=moving), g, window=moving)


def sum_pool2d(
    x: Value,
    window: int | Sequence[int],
    stride: int | Sequence[int] | None = None,
    padding: Padding = NO_PADDING,
) -> Value:
    """The sum of each window of NHWC; pads with zero. A composition of strided slices."""
    size = pair(window)
    moving = Window(size, pair(size if stride is None else stride), padding)
    _, rows, columns, channels = moving.output(x.shape)
    (top, bottom), (left, right) = padding
    padded = pad(x, (0, top, left, 0), (0, bottom, right, 0)) if moving.is_padded else x
    total: Value | None = None
    for row, column in moving.offsets():
        stops = (row + (rows - 1) * moving.stride[0] + 1, column + (columns - 1) * moving.stride[1] + 1)
        part = slice(padded, (0, row, column, 0), (x.shape[0], *stops, channels), (1, *moving.stride, 1))
        total = part if total is None else add(total, part)
    assert total is not None  # noqa: S101 - a window has at least one place
    return total
