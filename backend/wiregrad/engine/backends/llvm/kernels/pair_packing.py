"""Copies of both sides of a product into a thread's own memory, as pairs of bfloat16."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.packing import load_lanes, over_vectors_of_panel, transposed
from wiregrad.engine.backends.llvm.kernels.pairs import BITS, joined, load_along, pairs

OfStep = Callable[[Emitted], Emitted]
"""The bits of a step's numbers, from where the step begins."""


def _joined_at(code: Code, start: Emitted, stride: int, of_step: OfStep, is_alone: bool) -> Emitted:
    """The pair that begins at an address; the second step is `stride` elements on, if there is one."""
    second = None if is_alone else of_step(code.at(start, stride, BITS))
    return joined(code, of_step(start), second)


def _over_pairs(code: Code, begin: int, depth: int, body: Callable[[Emitted, bool], None]) -> None:
    """Emit the body, told whether a last step is alone, for the pairs from number `begin` on."""
    if begin < depth // 2:
        code.loop(begin, depth // 2, lambda number: body(number, False))
    if depth % 2:
        body(code.index(depth // 2), True)


# ---- Rows of the first operand ----


def pack_rows(
    code: Code, source: Emitted, tile: Emitted, depth: int, strides: tuple[int, int], rows: int, width: int
) -> None:
    """Copy (rows, depth) of these strides to (rows, pairs); to (pairs, rows) where rows are contiguous."""
    if strides[0] == 1:
        _pack_contiguous_rows(code, source, tile, depth, strides[1], rows, width)
        return

    def one_row(row: Emitted) -> None:
        here = code.at(source, code.times(row, strides[0]), BITS)
        there = code.at(tile, code.times(row, pairs(depth)), BITS)
        _pack_row(code, here, there, depth, strides[1], width)

    code.loop(0, rows, one_row)


def _pack_row(code: Code, source: Emitted, row: Emitted, depth: int, stride: int, width: int) -> None:
    done = depth // 2 // width * width if stride == 1 else 0

    def vector(number: Emitted) -> None:
        code.store(load_along(code, source, code.times(number, 2), width), row, number, BITS)

    def one_pair(number: Emitted, is_alone: bool) -> None:
        start = code.at(source, code.times(number, 2 * stride), BITS)
        pair = _joined_at(code, start, stride, lambda at: code.load(at, 0, BITS), is_alone)
        code.store(pair, row, number, BITS)

    if done:
        code.loop(0, done, vector, step=width)
    _over_pairs(code, done, depth, one_pair)


def _pack_contiguous_rows(
    code: Code, source: Emitted, tile: Emitted, depth: int, stride: int, rows: int, width: int
) -> None:
    def one_pair(number: Emitted, is_alone: bool) -> None:
        start = code.at(source, code.times(number, 2 * stride), BITS)
        there = code.at(tile, code.times(number, rows), BITS)
        for row in range(0, rows, width):
            count = min(width, rows - row)

            def some_rows(at: Emitted, row: int = row, count: int = count) -> Emitted:
                return code.load_first(at, row, BITS, width, count)

            code.store_first(_joined_at(code, start, stride, some_rows, is_alone), there, row, BITS, count)

    _over_pairs(code, 0, depth, one_pair)


def pack_image(
    code: Code,
    source: Emitted,
    target: Emitted,
    shape: tuple[int, int, int],
    source_strides: tuple[int, int, int],
    target_strides: tuple[int, int, int],
) -> None:
    """Copy (rows, columns, channels) of any strides to where the pairs of each pixel are contiguous."""
    rows, columns, channels = shape
    _, across, channel = source_strides
    width = code.target.lanes("float32")
    is_run = channel == 1 and across == channels and channels % 2 == 0
    pixels, length = (1, columns * channels) if is_run else (columns, channels)

    def one_row(row: Emitted) -> None:
        here = code.at(source, code.times(row, source_strides[0]), BITS)
        there = code.at(target, code.times(row, target_strides[0]), BITS)

        def one_pixel(column: Emitted) -> None:
            pixel = code.at(here, code.times(column, across), BITS)
            into = code.at(there, code.times(column, target_strides[1]), BITS)
            _pack_row(code, pixel, into, length, channel, width)

        code.loop(0, pixels, one_pixel)

    code.loop(0, rows, one_row)


# ---- Panels of the second ----


def pack_panel(
    code: Code,
    source: Emitted,
    panel: Emitted,
    depth: int,
    strides: tuple[int, int],
    width: int,
    lanes: Sequence[int],
    across: int,
) -> None:
    """Copy (depth, columns) of these element strides to rows of pairs, `across` of them apart."""

    def vectors(column: Emitted, count: int) -> None:
        start, into = code.at(source, code.times(column, strides[1]), BITS), code.at(panel, column, BITS)
        _pack_vectors(code, start, into, depth, strides, width, count, across)

    over_vectors_of_panel(code, width, lanes, vectors)


def _pack_vectors(
    code: Code,
    source: Emitted,
    panel: Emitted,
    depth: int,
    strides: tuple[int, int],
    width: int,
    lanes: int,
    across: int,
) -> None:
    """As many columns as a vector has lanes, or less."""
    done = depth // 2 // width * width if strides[0] == 1 else 0

    def square(number: Emitted) -> None:
        here = code.at(source, code.times(number, 2), BITS)
        columns = [load_along(code, here, strides[1] * lane, width) for lane in range(lanes)]
        columns += [code.number(0, BITS, width)] * (width - lanes)
        for step, row in enumerate(transposed(code, columns)):
            code.store(row, panel, code.times(code.plus(number, step), across), BITS)

    def of_step(at: Emitted) -> Emitted:
        return load_lanes(code, at, 0, BITS, width, lanes, strides[1])

    def one_pair(number: Emitted, is_alone: bool) -> None:
        start = code.at(source, code.times(number, 2 * strides[0]), BITS)
        pair = _joined_at(code, start, strides[0], of_step, is_alone)
        code.store(pair, panel, code.times(number, across), BITS)

    if done:
        code.loop(0, done, square, step=width)
    _over_pairs(code, done, depth, one_pair)
