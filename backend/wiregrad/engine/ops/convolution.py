"""2-D convolution (cross-correlation, as everywhere in deep learning) and its two gradients.

Activations are NHWC, weights HWIO with I = channels / groups. The three primitives are each other's
gradients: y(x, w) is linear in both operands, so differentiating any of them gives the two others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from wiregrad.engine.ir import IRError, Shape, TensorType, Value
from wiregrad.engine.ops.window import Padding, Window, pair
from wiregrad.engine.primitive import FLOATS, Primitive

NO_PADDING: Padding = ((0, 0), (0, 0))


def _check_operands(x: TensorType, w: TensorType, window: Window, groups: int) -> None:
    FLOATS.check(x)
    if x.rank != 4 or w.rank != 4 or x.dtype != w.dtype:
        raise IRError(f"expected x as NHWC and w as HWIO of one dtype; got {x} and {w}")
    if groups < 1 or x.shape[3] != w.shape[2] * groups or w.shape[3] % groups:
        raise IRError(f"expected {groups} groups to divide channels and filters; got {x} and {w}")
    if w.shape[:2] != window.size:
        raise IRError(f"expected a kernel of {window.size}; got {w}")


def _output_type(x: TensorType, w: TensorType, window: Window, groups: int) -> TensorType:
    _check_operands(x, w, window, groups)
    return x.with_shape((*window.output(x.shape)[:3], w.shape[3]))


def _channel_groups(groups: int, inputs: int, outputs: int) -> Iterator[tuple[slice, slice]]:
    """Channels of x and filters of w that belong together; inputs and outputs are counts per group."""
    for group in range(groups):
        yield slice(group * inputs, (group + 1) * inputs), slice(group * outputs, (group + 1) * outputs)


def _padded(xp: Any, x: Any, window: Window) -> Any:
    if not window.is_padded:
        return x
    padded = xp.zeros(window.padded(x.shape), x.dtype)
    window.interior(padded, x.shape)[...] = x
    return padded


# ---- Forward ----


def _conv2d_kernel(xp: Any, out: Any, x: Any, w: Any, *, window: Window, groups: int) -> None:
    """Sum one matrix product for each place in the window."""
    padded = _padded(xp, x, window)
    out.fill(0)
    for into, outof in _channel_groups(groups, w.shape[2], w.shape[3] // groups):
        for row, column in window.offsets():
            out[..., outof] += (
                window.at(padded, (row, column), out.shape)[..., into] @ w[row, column, :, outof]
            )


_conv2d: Primitive = Primitive(
    "conv2d",
    lambda x, w, *, window, groups: _output_type(x, w, window, groups),
    lambda g, y, x, w, *, window, groups: (
        _conv2d_input_gradient.bind(g, w, shape=x.shape, window=window, groups=groups),
        _conv2d_weight_gradient.bind(x, g, window=window, groups=groups),
    ),
    _conv2d_kernel,
)


def conv2d(
    x: Value,
    w: Value,
    stride: int | Sequence[int] = 1,
    padding: Padding = NO_PADDING,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Value:
    """x NHWC by w HWIO -> NHWC; padding is ((top, bottom), (left, right)) zeros."""
    window = Window((w.shape[0], w.shape[1]), pair(stride), padding, pair(dilation))
    return _conv2d.bind(x, w, window=window, groups=groups)


# ---- Gradient of the input: also the transposed convolution ----


def _input_gradient_type(
    g: TensorType, w: TensorType, *, shape: Shape, window: Window, groups: int
) -> TensorType:
    x = g.with_shape(shape)
    expected = _output_type(x, w, window, groups)
    if g != expected:
        raise IRError(f"expected a cotangent {expected}; got {g}")
    return x


def _input_gradient_kernel(
    xp: Any, out: Any, g: Any, w: Any, *, shape: Shape, window: Window, groups: int
) -> None:  # fmt: skip
    padded = xp.zeros(window.padded(shape), g.dtype)
    for into, outof in _channel_groups(groups, w.shape[2], w.shape[3] // groups):
        for row, column in window.offsets():
            window.at(padded, (row, column), g.shape)[..., into] += g[..., outof] @ w[row, column, :, outof].T
    xp.copyto(out, window.interior(padded, shape))


_conv2d_input_gradient: Primitive = Primitive(
    "conv2d_input_gradient",
    _input_gradient_type,
    lambda g, y, gy, w, *, shape, window, groups: (
        _conv2d.bind(g, w, window=window, groups=groups),
        _conv2d_weight_gradient.bind(g, gy, window=window, groups=groups),
    ),
    _input_gradient_kernel,
)


def conv2d_input_gradient(
    g: Value,
    w: Value,
    shape: Sequence[int],
    stride: int | Sequence[int] = 1,
    padding: Padding = NO_PADDING,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Value:
    """The gradient of `conv2d` for its input of NHWC `shape`, given that of its output."""
    window = Window((w.shape[0], w.shape[1]), pair(stride), padding, pair(dilation))
    return _conv2d_input_gradient.bind(g, w, shape=tuple(shape), window=window, groups=groups)


# ---- Gradient of the weights ----


def _weight_gradient_type(x: TensorType, g: TensorType, *, window: Window, groups: int) -> TensorType:
    w = x.with_shape((*window.size, x.shape[3] // groups, g.shape[3]))
    expected = _output_type(x, w, window, groups)
    if g != expected:
        raise IRError(f"expected a cotangent {expected}; got {g}")
    return w


def _weight_gradient_kernel(xp: Any, out: Any, x: Any, g: Any, *, window: Window, groups: int) -> None:
    padded = _padded(xp, x, window)
    inputs, outputs = out.shape[2], out.shape[3] // groups
    for into, outof in _channel_groups(groups, inputs, outputs):
        cotangents = g[..., outof].reshape(-1, outputs)
        for row, column in window.offsets():
            pixels = window.at(padded, (row, column), g.shape)[..., into].reshape(-1, inputs)
            out[row, column, :, outof] = pixels.T @ cotangents


_conv2d_weight_gradient: Primitive = Primitive(
    "conv2d_weight_gradient",
    _weight_gradient_type,
    lambda g, y, x, gy, *, window, groups: (
        _conv2d_input_gradient.bind(gy, g, shape=x.shape, window=window, groups=groups),
        _conv2d.bind(x, g, window=window, groups=groups),
    ),
    _weight_gradient_kernel,
)


def conv2d_weight_gradient(
    x: Value,
    g: Value,
    size: Sequence[int],
    stride: int | Sequence[int] = 1,
    padding: Padding = NO_PADDING,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Value:
    """The gradient of `conv2d` for its weights, whose kernel has this (height, width)."""
    window = Window(pair(size), pair(stride), padding, pair(dilation))
    return _conv2d_weight_gradient.bind(x, g, window=window, groups=groups)
