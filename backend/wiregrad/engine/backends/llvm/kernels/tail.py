"""What happens to each finished element of a product while it is still in registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wiregrad.engine.backends.llvm.code import INDEX, Code, Emitted
from wiregrad.engine.backends.llvm.formula import Formula, instruction_count
from wiregrad.engine.backends.llvm.kernels.microkernel import Sums, Tile
from wiregrad.engine.ir import DType

MOST_INSTRUCTIONS = 120
"""A formula is repeated for all the vectors of a tile if that makes no more than so many."""


@dataclass(frozen=True)
class Tail:
    """A formula whose first given is the product's element; its other givens are loaded, its results stored.

    `loads` are element strides over (batch, row, column) of those other givens, the column's 0 or 1. Results
    go to contiguous arrays (batch, rows, columns), one pointer for each.
    """

    formula: Formula
    loads: tuple[tuple[int, int, int], ...] = ()

    @cached_property
    def instructions(self) -> int:
        """About how many the formula takes for an element."""
        dtypes = self.formula.dtypes
        return sum(
            instruction_count(one.name, tuple(dtypes[number] for number in one.operands), one.dtype)
            for one in self.formula.instructions
        )

    @property
    def is_identity(self) -> bool:
        """The elements are the result."""
        return self.formula.results == (0,)

    @property
    def result_dtypes(self) -> list[DType]:
        return [self.formula.dtypes[number] for number in self.formula.results]


@dataclass(frozen=True)
class Place:
    """Where a tile of finished elements lies in its product of (batch, `rows`, `columns`)."""

    rows: int
    columns: int
    width: int
    lanes: tuple[int, ...]
    """How many lanes of each vector are columns."""
    batch: Emitted
    row: Sequence[tuple[Emitted, int]]
    """Of each row of the tile the number, as a sum."""
    column: Emitted


def finish(
    code: Code,
    tail: Tail,
    place: Place,
    sums: Sequence[Emitted],
    loads: Sequence[Emitted],
    results: Sequence[Emitted],
) -> None:
    """Apply the formula to a tile, given row by row, and store its results."""
    if len(sums) * tail.instructions > MOST_INSTRUCTIONS:
        _finish_in_loops(code, tail, place, sums, loads, results)
        return
    columns = [code.plus(place.column, number * place.width) for number in range(len(place.lanes))]
    for number, (column, lanes) in enumerate(zip(columns, place.lanes, strict=True)):
        shared = _load_row(code, tail, place, loads, None, column, lanes)
        for index, row in enumerate(place.row):
            given = [sums[index * len(place.lanes) + number]]
            own = _load_row(code, tail, place, loads, row, column, lanes)
            given += [a if a is not None else b for a, b in zip(shared, own, strict=True)]
            values = tail.formula.emit(code, given, place.width)
            _store_row(code, tail, place, values, results, row, column, lanes)


def _finish_in_loops(
    code: Code,
    tail: Tail,
    place: Place,
    sums: Sequence[Emitted],
    loads: Sequence[Emitted],
    results: Sequence[Emitted],
) -> None:
    """The same with the tile put on the stack, so that the formula is there once and not for every vector."""
    dtype = tail.formula.given[0]
    with code.builder.goto_entry_block():
        tile = code.builder.alloca(sums[0].type, len(sums))
        numbers = code.builder.alloca(INDEX, len(place.row))
    for index, value in enumerate(sums):
        code.store(value, tile, index * place.width, dtype)
    for index, (number, more) in enumerate(place.row):
        code.store(code.plus(number, more), numbers, index, "int64")
    across = len(place.lanes)

    def one_row(index: Emitted) -> None:
        row = (code.load(numbers, index, "int64"), 0)

        def one_vector(vector: Emitted, lanes: int = place.width) -> None:
            at = code.times(code.plus(code.times(index, across), vector), place.width)
            column = code.plus(place.column, code.times(vector, place.width))
            parts = [_load_row(code, tail, place, loads, which, column, lanes) for which in (None, row)]
            given = [a if a is not None else b for a, b in zip(*parts, strict=True)]
            values = tail.formula.emit(code, [code.load(tile, at, dtype, place.width), *given], place.width)
            _store_row(code, tail, place, values, results, row, column, lanes)

        full = sum(lanes == place.width for lanes in place.lanes)
        if full:
            code.loop(0, full, one_vector)
        for vector in range(full, across):
            one_vector(code.index(vector), place.lanes[vector])

    code.loop(0, len(place.row), one_row)


def _load_row(
    code: Code,
    tail: Tail,
    place: Place,
    loads: Sequence[Emitted],
    row: tuple[Emitted, int] | None,
    column: Emitted,
    lanes: int,
) -> list[Emitted | None]:
    """Those loads that differ from row to row; without a row, those that do not."""
    found: list[Emitted | None] = []
    for pointer, dtype, strides in zip(loads, tail.formula.given[1:], tail.loads, strict=True):
        of_batch, of_row, of_column = strides
        if (row is None) != (of_row == 0):
            found.append(None)
            continue
        offset = code.plus(code.times(place.batch, of_batch), code.times(column, of_column))
        if row is not None:
            offset = code.plus(code.plus(code.times(row[0], of_row), offset), row[1] * of_row)
        if of_column == 0:
            found.append(code.load(pointer, offset, dtype, place.width, 0))
        else:
            found.append(code.load_first(pointer, offset, dtype, place.width, lanes))
    return found


def _store_row(
    code: Code,
    tail: Tail,
    place: Place,
    values: Sequence[Emitted],
    results: Sequence[Emitted],
    row: tuple[Emitted, int],
    column: Emitted,
    lanes: int,
) -> None:
    number = code.plus(code.times(place.batch, place.rows), row[0])
    offset = code.plus(code.plus(code.times(number, place.columns), column), row[1] * place.columns)
    for value, pointer, dtype in zip(values, results, tail.result_dtypes, strict=True):
        code.store_first(value, pointer, offset, dtype, lanes)


# ---- Tiles that are kept in memory between the parts of a reduction ----


def _places(tile: Tile, lanes: Sequence[int], apart: int) -> list[tuple[int, int]]:
    """Of each vector the offset and how many lanes count; rows are `apart` elements apart."""
    return [
        (row * apart + number * tile.width, count)
        for row in range(tile.rows)
        for number, count in enumerate(lanes)
    ]


def load_tile(code: Code, tile: Tile, lanes: Sequence[int], pointer: Emitted, apart: int) -> Sums:
    places = _places(tile, lanes, apart)
    return [code.load_first(pointer, offset, tile.dtype, tile.width, count) for offset, count in places]


def add_tile(code: Code, tile: Tile, lanes: Sequence[int], sums: Sums, pointer: Emitted, apart: int) -> None:
    before = load_tile(code, tile, lanes, pointer, apart)
    for value, added, (offset, count) in zip(before, sums, _places(tile, lanes, apart), strict=True):
        code.store_first(code.builder.fadd(value, added), pointer, offset, tile.dtype, count)


def clear_tile(code: Code, tile: Tile, lanes: Sequence[int], pointer: Emitted, apart: int) -> None:
    for offset, count in _places(tile, lanes, apart):
        code.store_first(code.number(0.0, tile.dtype, tile.width), pointer, offset, tile.dtype, count)
