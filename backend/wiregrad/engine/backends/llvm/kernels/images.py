"""Copies of images into a thread's own memory, the channels of each pixel side by side."""

from __future__ import annotations

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.ir import DType


def copy_image(
    code: Code,
    source: Emitted,
    target: Emitted,
    dtype: DType,
    shape: tuple[int, int, int],
    source_strides: tuple[int, int, int],
    target_strides: tuple[int, int, int],
) -> None:
    """Copy (rows, columns, channels) of any strides to where the channels of a pixel are contiguous."""
    rows, columns, channels = shape
    across = target_strides[1]

    def one_row(row: Emitted) -> None:
        here = code.at(source, code.times(row, source_strides[0]), dtype)
        there = code.at(target, code.times(row, target_strides[0]), dtype)
        if source_strides[2] == 1 and source_strides[1] == across == channels:
            _copy_run(code, here, there, dtype, columns * channels)
        elif source_strides[2] == 1:
            _copy_pixels(code, here, there, dtype, (columns, channels), source_strides[1], across)
        elif source_strides[1] == 1:
            _copy_planes(code, here, there, dtype, (columns, channels), source_strides[2], across)
        else:
            _copy_elements(code, here, there, dtype, (columns, channels), source_strides[1:], across)

    code.loop(0, rows, one_row)


def _copy_run(code: Code, source: Emitted, target: Emitted, dtype: DType, count: int) -> None:
    """Contiguous elements, a vector at a time."""
    width = code.target.lanes(dtype)
    looped = count - count % width

    def one_vector(index: Emitted) -> None:
        code.store(code.load(source, index, dtype, width), target, index, dtype)

    if looped:
        code.loop(0, looped, one_vector, step=width)
    if looped < count:
        rest = code.load_first(source, looped, dtype, width, count - looped)
        code.store_first(rest, target, looped, dtype, count - looped)


def _copy_pixels(
    code: Code,
    source: Emitted,
    target: Emitted,
    dtype: DType,
    shape: tuple[int, int],
    stride: int,
    across: int,
) -> None:
    def one_pixel(column: Emitted) -> None:
        here = code.at(source, code.times(column, stride), dtype)
        there = code.at(target, code.times(column, across), dtype)
        _copy_run(code, here, there, dtype, shape[1])

    code.loop(0, shape[0], one_pixel)


def _copy_planes(
    code: Code,
    source: Emitted,
    target: Emitted,
    dtype: DType,
    shape: tuple[int, int],
    plane: int,
    across: int,
) -> None:
    """Columns are contiguous in the source: channels come first."""
    width = code.target.lanes(dtype)

    def one_plane(channel: Emitted) -> None:
        here = code.at(source, code.times(channel, plane), dtype)
        there = code.at(target, channel, dtype)

        def one_vector(column: Emitted) -> None:
            vector = code.load(here, column, dtype, width)
            code.store(vector, there, code.times(column, across), dtype, across)

        def one_element(column: Emitted) -> None:
            code.store(code.load(here, column, dtype), there, code.times(column, across), dtype)

        looped = shape[0] - shape[0] % width
        if looped:
            code.loop(0, looped, one_vector, step=width)
        if looped < shape[0]:
            code.loop(looped, shape[0], one_element)

    code.loop(0, shape[1], one_plane)


def _copy_elements(
    code: Code,
    source: Emitted,
    target: Emitted,
    dtype: DType,
    shape: tuple[int, int],
    strides: tuple[int, int],
    across: int,
) -> None:
    def one_pixel(column: Emitted) -> None:
        def one_channel(channel: Emitted) -> None:
            offset = code.plus(code.times(column, strides[0]), code.times(channel, strides[1]))
            value = code.load(source, offset, dtype)
            code.store(value, target, code.plus(code.times(column, across), channel), dtype)

        code.loop(0, shape[1], one_channel)

    code.loop(0, shape[0], one_pixel)
