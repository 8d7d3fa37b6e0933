"""Copies into a thread's own memory, in the order in which a product reads them."""

from __future__ import annotations

from collections.abc import Sequence

import llvmlite.ir as ir

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.ir import DType


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
) -> None:
    """Copy (depth, columns) of these element strides to contiguous rows of whole vectors."""
    across = width * len(lanes)
    for number, count in enumerate(lanes):
        start = code.at(source, number * width * strides[1], dtype)
        into = code.at(panel, number * width, dtype)
        done = 0
        if strides[0] == 1 and strides[1] != 1 and width > 1:
            done = depth - depth % width
            _pack_transposed(code, start, into, dtype, done, strides[1], width, count, across)

        def copy(step: Emitted, start: Emitted = start, into: Emitted = into, count: int = count) -> None:
            row = load_lanes(code, start, code.times(step, strides[0]), dtype, width, count, strides[1])
            code.store(row, into, code.times(step, across), dtype)

        if done < depth:
            code.loop(done, depth, copy)


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
