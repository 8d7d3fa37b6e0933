"""Copies into a thread's own memory, in the order in which a product reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import POINTER, Code, Emitted, powers_of_two
from wiregrad.engine.ir import ITEM_BYTES, DType

FAR_BYTES = 512
"""Rows so far apart lie on pages of their own soon: the processor does not see where they go on."""

AHEAD = 12
"""Rows between the one that is asked for and the one that is copied."""


def load_lanes(
    code: Code, pointer: Emitted, offset: Emitted | int, dtype: DType, width: int, lanes: int, stride: int
) -> Emitted:
    """The first lanes from memory, `stride` elements apart; zeros in the rest."""
    if stride == 1:
        return code.load_first(pointer, offset, dtype, width, lanes)
    if lanes == width:
        return code.load(pointer, offset, dtype, width, stride)
    start = code.at(pointer, offset, dtype)
    found = [code.load(start, stride * lane, dtype) for lane in range(lanes)]
    return code.gathered([*found, *[code.number(0.0, dtype)] * (width - lanes)])


def pack_panel(
    code: Code,
    source: Emitted,
    panel: Emitted,
    dtype: DType,
    depth: int,
    strides: tuple[int, int],
    width: int,
    lanes: Sequence[int],
    across: int,
) -> None:
    """Copy (depth, columns) of these element strides to rows of whole vectors, `across` elements apart."""

    def vectors(column: Emitted, count: int) -> None:
        start, into = code.at(source, code.times(column, strides[1]), dtype), code.at(panel, column, dtype)
        _pack_vectors(code, start, into, dtype, depth, strides, width, count, across)

    if strides[1] == 1:
        _pack_rows(code, source, panel, dtype, depth, strides[0], width, lanes, across)
        return
    over_vectors_of_panel(code, width, lanes, vectors)


def over_vectors_of_panel(
    code: Code, width: int, lanes: Sequence[int], body: Callable[[Emitted, int], None]
) -> None:
    """`body(column, count)` for each vector of a panel, by its first column and how many it has."""
    alike = sum(count == width for count in lanes)
    if alike:
        code.loop(0, alike, lambda number: body(code.times(number, width), width))
    for number in range(alike, len(lanes)):
        body(code.times(code.index(number), width), lanes[number])


def _pack_rows(
    code: Code,
    source: Emitted,
    panel: Emitted,
    dtype: DType,
    depth: int,
    stride: int,
    width: int,
    lanes: Sequence[int],
    across: int,
) -> None:
    """Rows that are contiguous stay rows."""

    def one_row(step: Emitted) -> None:
        here = code.at(source, code.times(step, stride), dtype)
        there = code.at(panel, code.times(step, across), dtype)
        if stride * ITEM_BYTES[dtype] >= FAR_BYTES:
            _fetch(code, code.at(here, AHEAD * stride, dtype))
        for number, count in enumerate(lanes):
            row = code.load_first(here, number * width, dtype, width, count)
            code.store(row, there, number * width, dtype)

    code.loop(0, depth, one_row)


def _fetch(code: Code, address: Emitted) -> None:
    """Ask for a cache line that will be read, and may even lie beyond the memory there is."""
    kind = ir.IntType(32)
    signature = ir.FunctionType(ir.VoidType(), [POINTER, kind, kind, kind])
    code.builder.call(
        code.declared("llvm.prefetch", [POINTER], signature), [address, kind(0), kind(3), kind(1)]
    )


def _pack_vectors(
    code: Code,
    source: Emitted,
    panel: Emitted,
    dtype: DType,
    depth: int,
    strides: tuple[int, int],
    width: int,
    lanes: int,
    across: int,
) -> None:
    """As many columns as a vector has lanes, or less."""
    done = 0
    if strides[0] == 1 and width > 1:
        done = depth - depth % width
        _pack_transposed(code, source, panel, dtype, done, strides[1], width, lanes, across)

    def one_row(step: Emitted) -> None:
        row = load_lanes(code, source, code.times(step, strides[0]), dtype, width, lanes, strides[1])
        code.store(row, panel, code.times(step, across), dtype)

    if done < depth:
        code.loop(done, depth, one_row)


def _pack_transposed(
    code: Code,
    source: Emitted,
    panel: Emitted,
    dtype: DType,
    depth: int,
    stride: int,
    width: int,
    lanes: int,
    across: int,
) -> None:
    """Columns that are contiguous become rows, a square of vectors at a time."""

    def square(step: Emitted) -> None:
        here = code.at(source, step, dtype)
        columns = [code.load(here, stride * lane, dtype, width) for lane in range(lanes)]
        columns += [code.number(0.0, dtype, width)] * (width - lanes)
        start = code.times(step, across)
        for number, row in enumerate(transposed(code, columns)):
            code.store(row, panel, code.plus(start, number * across), dtype)

    if depth:
        code.loop(0, depth, square, step=width)


def pack_tile(
    code: Code, source: Emitted, tile: Emitted, dtype: DType, depth: int, stride: int, rows: int, width: int
) -> None:
    """Copy (depth, rows), whose rows are contiguous and `stride` elements apart, to lie one after another.

    In pieces of powers of two: a mask would take a register from the product around it.
    """

    def one_step(step: Emitted) -> None:
        here = code.at(source, code.times(step, stride), dtype)
        there = code.at(tile, code.times(step, rows), dtype)
        for start, piece in powers_of_two(rows, width):
            code.store(code.load(here, start, dtype, piece), there, start, dtype)

    code.loop(0, depth, one_step)


def transposed(code: Code, vectors: Sequence[Emitted]) -> list[Emitted]:
    """Lane i of vector j becomes lane j of vector i, for as many vectors as lanes, a power of two."""
    rows = list(vectors)
    distance = 1
    while distance < len(rows):
        for number in range(len(rows)):
            if not number & distance:
                rows[number], rows[number + distance] = _exchanged(
                    code, rows[number], rows[number + distance], distance
                )
        distance *= 2
    return rows


def _exchanged(code: Code, a: Emitted, b: Emitted, distance: int) -> tuple[Emitted, Emitted]:
    """The off-diagonal halves of every square of two by two blocks change places."""
    width = a.type.count
    first = [width + lane - distance if lane & distance else lane for lane in range(width)]
    second = [width + lane if lane & distance else lane + distance for lane in range(width)]
    kind = ir.VectorType(ir.IntType(32), width)
    return (
        code.builder.shuffle_vector(a, b, ir.Constant(kind, first)),
        code.builder.shuffle_vector(a, b, ir.Constant(kind, second)),
    )
