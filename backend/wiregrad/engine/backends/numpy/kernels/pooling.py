"""Max pooling over chunks of the batch that fit the second-level cache."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import cast

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.numpy.kernels.lowering import Call, Lowering, scratch_array
from wiregrad.engine.ir import ITEM_BYTES, Shape, TensorType, Value
from wiregrad.engine.ops.window import Pair, Window
from wiregrad.engine.passes.buffers import aligned

CHUNK_BYTES = 1 << 18


class Geometry:
    def __init__(self, value: Value) -> None:
        self.window = cast(Window, value.attributes["window"])
        self.x = value.inputs[0].shape
        self.y = self.window.output(self.x)
        self.dtype = value.dtype
        self.padded = self.window.padded(self.x)
        self.item = ITEM_BYTES[self.dtype]
        sample = max(1, math.prod(self.padded[1:]) * self.item)
        self.chunk = min(max(1, CHUNK_BYTES // sample), max(1, self.x[0]))
        self.padded_bytes = aligned(self.chunk * sample) if self.window.is_padded else 0

    @property
    def is_tiling(self) -> bool:
        """Whether every element is in one window at most, and windows lie within the array."""
        window = self.window
        return window.stride == window.size and window.dilation == (1, 1) and not window.is_padded

    def one_axis(self, axis: int) -> Window:
        """The window without padding along one axis, one pixel wide along the other."""
        settings = (self.window.size, self.window.stride, self.window.dilation)
        size, stride, dilation = ((s[0], 1) if axis == 0 else (1, s[1]) for s in settings)
        return Window(size, stride, dilation=dilation)

    @property
    def is_covering(self) -> bool:
        """Whether every element is in exactly one window."""
        covered = tuple(rows * size for rows, size in zip(self.y[1:3], self.window.size, strict=True))
        return self.is_tiling and covered == self.x[1:3]

    def chunks(self) -> Iterator[slice]:
        for start in range(0, self.x[0], self.chunk):
            yield slice(start, min(start + self.chunk, self.x[0]))


class Room:
    """Hands out arrays from scratch memory, one behind the other."""

    def __init__(self, scratch: Array) -> None:
        self._scratch, self._start = scratch, 0

    def take(self, dtype: str, shape: Shape) -> Array:
        array = scratch_array(self._scratch, dtype, shape, self._start)
        self._start += aligned(array.nbytes)
        return array


def _pad(g: Geometry, x: Array, room: Room) -> tuple[Array, list[Call]]:
    if not g.window.is_padded:
        return x, []
    padded = room.take(g.dtype, (len(x), *g.padded[1:]))
    interior = g.window.interior(padded, g.x)
    return padded, [partial(padded.fill, -np.inf), partial(np.copyto, interior, x)]


def _forward(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    """The largest along columns first, in long rows of memory, then along rows."""
    g, (x,) = Geometry(value), operands
    tall, wide = g.one_axis(0), g.one_axis(1)
    calls: list[Call] = []
    for part in g.chunks():
        room = Room(scratch)
        padded, steps = _pad(g, x[part], room)
        strips = room.take(g.dtype, tall.output(padded.shape))
        calls += [*steps, *_largest(tall, padded, strips), *_largest(wide, strips, out[part])]
    return calls


def _largest(window: Window, source: Array, target: Array) -> list[Call]:
    first, *others = [window.at(source, place, target.shape) for place in window.offsets()]
    if not others:
        return [partial(np.copyto, target, first)]
    calls: list[Call] = []
    for other in others:
        calls.append(partial(np.maximum, first, other, out=target))
        first = target
    return calls


def _gradient(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    """Give each cotangent to the first place of its window that is not less than the largest element."""
    g, (x, y, gy) = Geometry(value), operands
    calls: list[Call] = []
    for part in g.chunks():
        room = Room(scratch)
        padded, steps = _pad(g, x[part], room)
        total = room.take(g.dtype, padded.shape) if g.window.is_padded else out[part]
        given = room.take(g.dtype, y[part].shape)
        calls += steps if g.is_covering else [*steps, partial(total.fill, 0)]
        for place, is_first, steps in _winners(g, padded, y[part], room):
            target = g.window.at(total, place, g.y)
            calls += [*steps, *_masked(is_first, gy[part], given, target if g.is_tiling else given)]
            if not g.is_tiling:
                calls.append(partial(np.add, target, given, target))
        if g.window.is_padded:
            calls.append(partial(np.copyto, out[part], g.window.interior(total, g.x)))
    return calls


def _winners(g: Geometry, x: Array, y: Array, room: Room) -> Iterator[tuple[Pair, Array, list[Call]]]:
    """For each place in the window, a mask of the windows that it wins, and the calls that fill the mask."""
    is_open, is_less, is_first = (room.take("bool", y.shape) for _ in range(3))
    places = list(g.window.offsets())
    for place in places:
        candidate = g.window.at(x, place, g.y)
        if place == places[0]:
            yield (
                place,
                is_first,
                [partial(np.less, candidate, y, is_open), partial(np.logical_not, is_open, is_first)],
            )
        elif place == places[-1]:
            yield place, is_open, []
        else:
            less = partial(np.less, candidate, y, is_less)
            first = partial(np.greater, is_open, is_less, is_first)
            yield place, is_first, [less, first, partial(np.logical_and, is_open, is_less, is_open)]


def _masked(mask: Array, values: Array, room: Array, target: Array) -> list[Call]:
    """The values where the mask holds, else zero."""
    integer = f"i{room.itemsize}"
    bits = room.view(integer)
    spread = [partial(np.copyto, bits, mask.view("u1")), partial(np.negative, bits, bits)]
    return [*spread, partial(np.bitwise_and, bits, values.view(integer), target.view(integer))]


def _forward_scratch(value: Value, result: TensorType) -> int:
    g = Geometry(value)
    return g.padded_bytes + aligned(g.chunk * g.y[1] * math.prod(g.padded[2:]) * g.item)


def _gradient_scratch(value: Value, result: TensorType) -> int:
    g = Geometry(value)
    pixels = g.chunk * math.prod(g.y[1:])
    return 2 * g.padded_bytes + aligned(pixels * g.item) + 3 * aligned(pixels)


LOWERINGS = {
    "max_pool2d": Lowering(_forward, _forward_scratch),
    "max_pool2d_gradient": Lowering(_gradient, _gradient_scratch),
}
