"""Convolutions as matrix products over chunks of the batch, each small enough for the cache.

The windows of a chunk are gathered into columns (im2col), so that one product does the rest. The gradient of
the input is the convolution with mirrored weights, or, with strides or groups, one product for each place in
the window, added where it belongs. A 1 x 1 kernel needs neither; a depthwise one is no matrix product at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import cast

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.numpy.kernels.lowering import Call, Lowering, scratch_array
from wiregrad.engine.ir import ITEM_BYTES, DType, Shape, TensorType, Value
from wiregrad.engine.ops.window import Window
from wiregrad.engine.passes.buffers import aligned

CHUNK_BYTES = 1 << 21  # fewer and larger products lose less where other programs share the cores
FEW_CHANNELS = (
    8  # below, a window's rows are too short to copy one by one: columns are laid out by place instead
)


class Geometry:
    """The shapes of one convolution, and how its batch is cut."""

    def __init__(self, window: Window, groups: int, dtype: DType, x: Shape, w: Shape) -> None:
        self.window, self.groups, self.dtype = window, groups, dtype
        self.item = ITEM_BYTES[dtype]
        self.x, self.w, self.y = x, w, (*self.window.output(x)[:3], w[3])
        self.inputs, self.outputs = w[2], w[3] // self.groups
        self.depth = w[0] * w[1] * w[2]
        self.pixels = self.y[1] * self.y[2]
        per_sample = self.pixels * max(self.depth, self.outputs) * self.item
        self.chunk = min(max(1, CHUNK_BYTES // max(1, per_sample)), max(1, x[0]))

    @property
    def is_pointwise(self) -> bool:
        window = self.window
        return window.size == (1, 1) and window.stride == (1, 1) and not window.is_padded and self.groups == 1

    @property
    def is_depthwise(self) -> bool:
        return self.inputs == self.outputs == 1 and self.groups > 1

    def chunks(self) -> Iterator[slice]:
        for start in range(0, self.x[0], self.chunk):
            yield slice(start, min(start + self.chunk, self.x[0]))

    def channel_groups(self) -> Iterator[tuple[slice, slice]]:
        """Channels of x and of y that belong together."""
        for group in range(self.groups):
            yield (
                slice(group * self.inputs, (group + 1) * self.inputs),
                slice(group * self.outputs, (group + 1) * self.outputs),
            )

    @property
    def padded_bytes(self) -> int:
        n, height, width, channels = self.window.padded(self.x)
        return aligned(min(n, self.chunk) * height * width * channels * self.item)

    @property
    def column_bytes(self) -> int:
        return aligned(self.chunk * self.pixels * self.depth * self.item)

    @property
    def output_bytes(self) -> int:
        return aligned(self.chunk * self.pixels * max(self.inputs, self.outputs, self.y[3]) * self.item)

    @property
    def forward_bytes(self) -> int:
        return self.padded_bytes + max(self.column_bytes, self.output_bytes)

    def padded(self, scratch: Array, count: int) -> Array:
        """Room for so many padded samples."""
        return scratch_array(scratch, self.dtype, (count, *self.window.padded(self.x)[1:]))

    def windows(self, padded: Array) -> Array:
        """View all windows of padded samples as (n, rows, columns, kernel rows, kernel columns, channels)."""
        n, height, width, channels = padded.strides
        (row, column), (down, right) = self.window.stride, self.window.dilation
        shape = (padded.shape[0], *self.y[1:3], *self.window.size, padded.shape[3])
        strides = (n, height * row, width * column, height * down, width * right, channels)
        return np.lib.stride_tricks.as_strided(padded, shape, strides)


def _geometry(value: Value, x: Shape, w: Shape) -> Geometry:
    window, groups = value.attributes["window"], value.attributes["groups"]
    return Geometry(cast(Window, window), cast(int, groups), value.dtype, x, w)


def _rows(array: Array) -> Array:
    """NHWC as a matrix with a row for every pixel."""
    return array.reshape(-1, array.shape[-1])


def _pad_chunk(g: Geometry, x: Array, part: slice, scratch: Array) -> tuple[Array, list[Call]]:
    """The padded samples of a chunk; the margin has been zeroed by `_clear`."""
    if not g.window.is_padded:
        return x[part], []
    padded = g.padded(scratch, part.stop - part.start)
    return padded, [partial(np.copyto, g.window.interior(padded, g.x), x[part])]


def _clear(g: Geometry, scratch: Array) -> list[Call]:
    return [partial(g.padded(scratch, g.chunk).fill, 0)] if g.window.is_padded else []


def _columns(g: Geometry, padded: Array, into: slice, scratch: Array) -> tuple[Array, list[Call]]:
    """The windows of a chunk as a matrix (pixels, kernel rows * columns * channels)."""
    windows = g.windows(padded[..., into])
    if g.inputs >= FEW_CHANNELS:
        columns = scratch_array(scratch, g.dtype, windows.shape)
        return columns.reshape(-1, g.depth), [partial(np.copyto, columns, windows)]
    by_place = windows.transpose(3, 4, 5, 0, 1, 2)
    columns = scratch_array(scratch, g.dtype, by_place.shape)
    return columns.reshape(g.depth, -1).T, [partial(np.copyto, columns, by_place)]


# ---- Forward ----


def _forward_geometry(value: Value) -> Geometry:
    return _geometry(value, value.inputs[0].shape, value.inputs[1].shape)


def _forward(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    g, (x, w) = _forward_geometry(value), operands
    return [partial(np.matmul, x, w[0, 0], out)] if g.is_pointwise else _convolved(g, out, x, w, scratch)


def _convolved(g: Geometry, out: Array, x: Array, w: Array, scratch: Array) -> list[Call]:
    room = scratch[g.padded_bytes :]
    calls = _clear(g, scratch)
    for part in g.chunks():
        padded, steps = _pad_chunk(g, x, part, scratch)
        calls += steps
        if g.is_depthwise:
            calls += _depthwise(g, padded, w, out[part], room)
            continue
        for into, outof in g.channel_groups():
            columns, steps = _columns(g, padded, into, room)
            weights = w[..., outof].reshape(g.depth, g.outputs)
            calls += [*steps, partial(np.matmul, columns, weights, _rows(out[part])[:, outof])]
    return calls


def _depthwise(g: Geometry, padded: Array, w: Array, out: Array, room: Array) -> list[Call]:
    product = scratch_array(room, g.dtype, out.shape)
    calls: list[Call] = [partial(out.fill, 0)]
    for place in g.window.offsets():
        pixels = g.window.at(padded, place, out.shape)
        calls += [partial(np.multiply, pixels, w[place][0], product), partial(np.add, out, product, out)]
    return calls


def _forward_scratch(value: Value, result: TensorType) -> int:
    g = _forward_geometry(value)
    return 0 if g.is_pointwise else g.forward_bytes


# ---- Gradient of the input ----


def _input_geometry(value: Value) -> Geometry:
    return _geometry(value, value.shape, value.inputs[1].shape)


def _mirrored(g: Geometry) -> Geometry | None:
    """The convolution with mirrored weights that is this gradient; none with strides, groups or wide pads."""
    window = g.window
    reach = [(size - 1) * dilation for size, dilation in zip(window.size, window.dilation, strict=True)]
    padding = tuple((far - low, far - high) for far, (low, high) in zip(reach, window.padding, strict=True))
    if window.stride != (1, 1) or g.groups != 1 or min(padding[0] + padding[1]) < 0:
        return None
    mirrored = Window(window.size, window.stride, (padding[0], padding[1]), window.dilation)
    return Geometry(mirrored, 1, g.dtype, g.y, (*g.w[:2], g.w[3], g.w[2]))


def _input_gradient(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    g, (gy, w) = _input_geometry(value), operands
    if g.is_pointwise:
        return [partial(np.matmul, gy, w[0, 0].T, out)]
    mirrored = _mirrored(g)
    if mirrored is None:
        return _scattered(g, out, gy, w, scratch)
    weights = scratch_array(scratch, g.dtype, mirrored.w)
    turned = partial(np.copyto, weights, w[::-1, ::-1].transpose(0, 1, 3, 2))
    return [turned, *_convolved(mirrored, out, gy, weights, scratch[aligned(weights.nbytes) :])]


def _scattered(g: Geometry, out: Array, gy: Array, w: Array, scratch: Array) -> list[Call]:
    """Multiply once for each place in the window, and add the product where it belongs."""
    room = scratch[g.padded_bytes :]
    calls: list[Call] = []
    for part in g.chunks():
        count = part.stop - part.start
        padded = g.padded(scratch, count) if g.window.is_padded else out[part]
        calls.append(partial(padded.fill, 0))
        for into, outof in [(slice(None), slice(None))] if g.is_depthwise else g.channel_groups():
            product = scratch_array(room, g.dtype, (count, *g.y[1:3], padded[..., into].shape[-1]))
            for place in g.window.offsets():
                target = g.window.at(padded[..., into], place, g.y)
                if g.is_depthwise:
                    calls.append(partial(np.multiply, gy[part], w[place][0], product))
                else:
                    rows = _rows(gy[part])[:, outof]
                    calls.append(partial(np.matmul, rows, w[place][:, outof].T, _rows(product)))
                calls.append(partial(np.add, target, product, target))
        if g.window.is_padded:
            calls.append(partial(np.copyto, out[part], g.window.interior(padded, g.x)))
    return calls


def _input_scratch(value: Value, result: TensorType) -> int:
    g = _input_geometry(value)
    if g.is_pointwise:
        return 0
    mirrored = _mirrored(g)
    if mirrored is None:
        return g.padded_bytes + g.output_bytes
    return aligned(value.inputs[1].type.nbytes) + mirrored.forward_bytes


# ---- Gradient of the weights ----


def _weight_geometry(value: Value) -> Geometry:
    return _geometry(value, value.inputs[0].shape, value.shape)


def _weight_gradient(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    g, (x, gy) = _weight_geometry(value), operands
    if g.is_pointwise and x.flags.c_contiguous and gy.flags.c_contiguous:
        return [partial(np.matmul, _rows(x).T, _rows(gy), out[0, 0])]
    room = scratch[g.padded_bytes :]
    partials = room[g.column_bytes :]
    calls = _clear(g, scratch)
    for part in g.chunks():
        padded, steps = _pad_chunk(g, x, part, scratch)
        calls += steps
        if g.is_depthwise:
            calls += _depthwise_weights(g, padded, gy[part], out, room, is_first=part.start == 0)
            continue
        for into, outof in g.channel_groups():
            columns, steps = _columns(g, padded, into, room)
            product = scratch_array(partials, g.dtype, (g.depth, g.outputs))
            target = out.reshape(g.depth, g.w[3])[:, outof]
            first = part.start == 0
            calls += [
                *steps,
                partial(np.matmul, columns.T, _rows(gy[part])[:, outof], target if first else product),
            ]
            if not first:
                calls.append(partial(np.add, target, product, target))
    return calls


def _depthwise_weights(
    g: Geometry, padded: Array, gy: Array, out: Array, room: Array, *, is_first: bool
) -> list[Call]:  # fmt: skip
    product = scratch_array(room, g.dtype, gy.shape)
    ones = np.ones(_rows(product).shape[0], g.dtype)
    calls: list[Call] = [partial(out.fill, 0)] if is_first else []
    for place in g.window.offsets():
        calls.append(partial(np.multiply, g.window.at(padded, place, gy.shape), gy, product))
        calls.append(partial(_add_sums, out[place][0], ones, _rows(product)))
    return calls


def _add_sums(target: Array, ones: Array, rows: Array) -> None:
    np.add(target, np.matmul(ones, rows), target)


def _weight_scratch(value: Value, result: TensorType) -> int:
    g = _weight_geometry(value)
    return g.padded_bytes + max(g.column_bytes + g.depth * g.outputs * g.item, g.output_bytes)


LOWERINGS = {
    "conv2d": Lowering(_forward, _forward_scratch, frozenset({1})),
    "conv2d_input_gradient": Lowering(_input_gradient, _input_scratch, frozenset({0})),
    "conv2d_weight_gradient": Lowering(_weight_gradient, _weight_scratch, frozenset({1})),
}
