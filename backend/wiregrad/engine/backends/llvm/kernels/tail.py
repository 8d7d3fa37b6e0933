"""What happens to each finished element of a product while it is still in registers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.microkernel import Sums, Tile
from wiregrad.engine.ir import DType

if TYPE_CHECKING:
    from wiregrad.engine.backends.llvm.formula import Formula


@dataclass(frozen=True)
class Tail:
    """A formula whose first given is the product's element; its other givens are loaded, its results stored.

    `loads` are element strides over (batch, row, column) of those other givens, the column's 0 or 1. Results go
    to contiguous arrays (batch, rows, columns), one pointer for each.
    """

    formula: Formula
    loads: tuple[tuple[int, int, int], ...] = ()

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
    columns = [code.plus(place.column, number * place.width) for number in range(len(place.lanes))]
    for number, (column, lanes) in enumerate(zip(columns, place.lanes, strict=True)):
        shared = _load_row(code, tail, place, loads, None, column, lanes)
        for index, row in enumerate(place.row):
            given = [sums[index * len(place.lanes) + number]]
            own = _load_row(code, tail, place, loads, row, column, lanes)
            given += [a if a is not None else b for a, b in zip(shared, own, strict=True)]
            values = tail.formula.emit(code, given, place.width)
            _store_row(code, tail, place, values, results, row, column, lanes)


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
