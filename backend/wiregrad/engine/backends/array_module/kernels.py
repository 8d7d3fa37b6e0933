"""Kernels made of few large operations, in place of plain ones made of many small ones or of NumPy's own.

On a graphics processor each operation costs a launch, and a choice by a mask a wait for its size. So a
convolution is one product of patches, cut into chunks so that the patches do not outgrow the memory.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from wiregrad.engine.ir import Shape
from wiregrad.engine.ops.window import Window
from wiregrad.engine.primitive import Kernel

PATCH_BYTES = 2**28


def _reduce_sum(xp: Any, out: Any, x: Any, *, axes: tuple[int, ...]) -> None:
    """In the dtype of the result: small integers must not be widened first."""
    xp.sum(x, axis=axes, dtype=out.dtype, out=out)


# ---- Convolution ----


def _padded(xp: Any, x: Any, window: Window) -> Any:
    if not window.is_padded:
        return x
    padded = xp.zeros(window.padded(x.shape), x.dtype)
    window.interior(padded, x.shape)[...] = x
    return padded


def _patches(xp: Any, padded: Any, window: Window, output: Shape) -> Any:
    """A view (n, rows, columns, kernel rows, kernel columns, channels) of padded NHWC."""
    n, vertical, horizontal, channel = padded.strides
    strides = (
        n,
        vertical * window.stride[0],
        horizontal * window.stride[1],
        vertical * window.dilation[0],
        horizontal * window.dilation[1],
        channel,
    )
    shape = (*output[:3], *window.size, padded.shape[3])
    return xp.lib.stride_tricks.as_strided(padded, shape=shape, strides=strides)


def _chunks(samples: int, bytes_per_sample: int) -> Iterator[slice]:
    count = max(1, PATCH_BYTES // max(1, bytes_per_sample))
    for start in range(0, samples, count):
        yield slice(start, min(samples, start + count))


def _patch_bytes(output: Shape, window: Window, channels: int, itemsize: int) -> int:
    return output[1] * output[2] * math.prod(window.size) * channels * itemsize


def _grouped_weights(w: Any, groups: int) -> Any:
    """(groups, kernel * channels of a group, filters of a group)."""
    rows, columns, channels, filters = w.shape
    split = w.reshape(rows, columns, channels, groups, filters // groups)
    return split.transpose(3, 0, 1, 2, 4).reshape(groups, rows * columns * channels, filters // groups)


def _grouped_patches(patches: Any, groups: int) -> Any:
    """(groups, places, kernel * channels of a group); a copy."""
    n, rows, columns, height, width, channels = patches.shape
    split = patches.reshape(n, rows, columns, height, width, groups, channels // groups)
    places, size = n * rows * columns, height * width * (channels // groups)
    return split.transpose(5, 0, 1, 2, 3, 4, 6).reshape(groups, places, size)


def _grouped_pixels(pixels: Any, groups: int) -> Any:
    """(groups, places, channels of a group) of NHWC."""
    split = pixels.reshape(-1, groups, pixels.shape[3] // groups)
    return split.transpose(1, 0, 2)


def _conv2d(xp: Any, out: Any, x: Any, w: Any, *, window: Window, groups: int) -> None:
    padded, weights = _padded(xp, x, window), _grouped_weights(w, groups)
    patches = _patches(xp, padded, window, out.shape)
    for part in _chunks(len(x), _patch_bytes(out.shape, window, x.shape[3], x.dtype.itemsize)):
        product = xp.matmul(_grouped_patches(patches[part], groups), weights)
        out[part] = product.transpose(1, 0, 2).reshape(out[part].shape)


def _conv2d_input_gradient(
    xp: Any, out: Any, g: Any, w: Any, *, shape: Shape, window: Window, groups: int
) -> None:  # fmt: skip
    padded = xp.zeros(window.padded(shape), g.dtype)
    weights = _grouped_weights(w, groups).transpose(0, 2, 1)
    for part in _chunks(len(g), _patch_bytes(g.shape, window, shape[3], g.dtype.itemsize)):
        spread = xp.matmul(_grouped_pixels(g[part], groups), weights)
        split = spread.reshape(groups, *g[part].shape[:3], *window.size, shape[3] // groups)
        patches = split.transpose(1, 2, 3, 4, 5, 0, 6)
        for row, column in window.offsets():
            target = window.at(padded[part], (row, column), g.shape)
            piece = patches[:, :, :, row, column].reshape(*g[part].shape[:3], shape[3])
            xp.add(target, piece, out=target)
    xp.copyto(out, window.interior(padded, shape))


def _conv2d_weight_gradient(xp: Any, out: Any, x: Any, g: Any, *, window: Window, groups: int) -> None:
    padded = _padded(xp, x, window)
    patches = _patches(xp, padded, window, g.shape)
    rows, columns, channels, filters = out.shape
    total = xp.zeros((groups, rows * columns * channels, filters // groups), g.dtype)
    for part in _chunks(len(x), _patch_bytes(g.shape, window, x.shape[3], x.dtype.itemsize)):
        left = _grouped_patches(patches[part], groups).transpose(0, 2, 1)
        total += xp.matmul(left, _grouped_pixels(g[part], groups))
    split = total.reshape(groups, rows, columns, channels, filters // groups)
    out[...] = split.transpose(1, 2, 3, 0, 4).reshape(out.shape)


# ---- Pooling ----


def _max_pool2d_gradient(xp: Any, out: Any, x: Any, y: Any, g: Any, *, window: Window) -> None:
    """A choice between numbers and zeros, which does not have to know how many are chosen."""
    padded = xp.full(window.padded(x.shape), -xp.inf, x.dtype)
    window.interior(padded, x.shape)[...] = x
    total = xp.zeros(padded.shape, x.dtype)
    is_open, nothing = xp.ones(y.shape, bool), x.dtype.type(0)
    for offset in window.offsets():
        is_less = window.at(padded, offset, y.shape) < y
        target = window.at(total, offset, g.shape)
        xp.add(target, xp.where(is_open & ~is_less, g, nothing), out=target)
        is_open &= is_less
    xp.copyto(out, window.interior(total, x.shape))


KERNELS: Mapping[str, Kernel] = {
    "reduce_sum": _reduce_sum,
    "conv2d": _conv2d,
    "conv2d_input_gradient": _conv2d_input_gradient,
    "conv2d_weight_gradient": _conv2d_weight_gradient,
    "max_pool2d_gradient": _max_pool2d_gradient,
}
