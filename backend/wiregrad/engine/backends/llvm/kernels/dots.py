"""Products of few rows by a matrix whose columns are contiguous, as dot products: nothing is packed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.cutting import Cut
from wiregrad.engine.backends.llvm.kernels.packing import transposed
from wiregrad.engine.backends.llvm.kernels.tail import Place, Tail, finish
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, DType

SUMS_OF_ROWS = {1: 8, 2: 4, 4: 3, 8: 1}
"""By columns of a tile, how many rows sixteen registers have room for."""

FEW_ROWS = 8
"""So many are always done so."""

ROWS_FOR_DEPTH = 8
"""More rows if each has so many steps: not packing the matrix pays for adding up the lanes at the end."""

NEAR_BYTES = 28 << 10
"""And if all that a tile reads stays in the nearest cache."""

FEW_COLUMNS = 3
"""So many would leave most lanes of a vector of columns empty."""

SHORTEST = 16
"""And then a reduction may be as short as this."""

WORTH_DEPTH = 64
"""A shorter reduction is over before adding up the lanes is paid for."""


def takes_dots(
    dtype: DType, rows: int, columns: int, depth: int, a: tuple[int, int, int], b: tuple[int, int, int]
) -> bool:
    """Whether a product is done so; strides are over (batch, row, depth) and (batch, depth, column)."""
    if not a[2] == b[1] == 1:
        return False
    if columns <= FEW_COLUMNS:
        return depth >= SHORTEST
    if b[2] == 1 or depth < WORTH_DEPTH:
        return False
    is_near = 7 * depth * ITEM_BYTES[dtype] <= NEAR_BYTES
    return rows <= (max(FEW_ROWS, depth // ROWS_FOR_DEPTH) if is_near else FEW_ROWS)


@dataclass(frozen=True)
class Dots:
    """(batch, rows, depth) by (batch, depth, columns). A unit of work is a tile of rows by a few columns."""

    dtype: DType
    batch: int
    rows: int
    columns: int
    depth: int
    a: tuple[int, int, int]
    b: tuple[int, int, int]
    tail: Tail
    target: Target

    @cached_property
    def _cut(self) -> Cut:
        """One row by eight columns, or three by four, keep the multipliers busy."""
        widest = 8 if self.rows == 1 else 4
        width = min(widest, self.target.lanes(self.dtype), 1 << max(0, self.columns - 1).bit_length())
        most = SUMS_OF_ROWS[width] * (1 if self.target.registers <= 16 else 2)
        return Cut((self.rows,), self.columns, most, 1, width)

    @property
    def extent(self) -> int:
        return self.batch * self._cut.units

    def emit(self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted) -> None:
        builder, panels = code.builder, self._cut.panels

        def one_panel(number: Emitted, first: Emitted, last: Emitted) -> None:
            batch = builder.udiv(number, code.index(panels)) if self.batch > 1 else code.index(0)
            panel = builder.urem(number, code.index(panels)) if panels > 1 else code.index(0)

            def with_lanes(lanes: tuple[int, ...]) -> None:
                def one_tile(row: Emitted, height: int, part: Emitted | int) -> None:
                    self._tile(code, pointers, batch, panel, lanes, row, height)

                self._cut.over_tiles(code, first, last, one_tile)

            self._cut.over_panels(code, panel, with_lanes)

        self._cut.over_units(code, begin, end, one_panel)

    def _tile(
        self,
        code: Code,
        pointers: Sequence[Emitted],
        batch: Emitted,
        panel: Emitted,
        lanes: tuple[int, ...],
        row: Emitted,
        height: int,
    ) -> None:
        column = self._cut.first_column(code, panel)
        a_offset = code.plus(code.times(batch, self.a[0]), code.times(row, self.a[1]))
        b_offset = code.plus(code.times(batch, self.b[0]), code.times(column, self.b[2]))
        a, b = code.at(pointers[0], a_offset, self.dtype), code.at(pointers[1], b_offset, self.dtype)
        rows = [code.at(a, self.a[1] * index, self.dtype) for index in range(height)]
        columns = [code.at(b, self.b[2] * index, self.dtype) for index in range(lanes[0])]
        sums = self._sums(code, rows, columns)
        empty = code.number(0.0, self.dtype, self.target.lanes(self.dtype))
        added = []
        for index in range(height):
            of_row = sums[index * lanes[0] : (index + 1) * lanes[0]]
            added.append(added_up(code, [*of_row, *[empty] * (self._cut.width - lanes[0])]))
        numbers = [(row, index) for index in range(height)]
        place = Place(self.rows, self.columns, self._cut.width, lanes, batch, numbers, column)
        loads = 2 + len(self.tail.loads)
        finish(code, self.tail, place, added, pointers[2:loads], pointers[loads:])

    def _sums(self, code: Code, rows: list[Emitted], columns: list[Emitted]) -> list[Emitted]:
        """For each row and column the lanes of their dot product, yet to be added up."""
        width = self.target.lanes(self.dtype)
        whole = self.depth - self.depth % width

        def step(offset: Emitted, sums: Sequence[Emitted], count: int = width) -> list[Emitted]:
            added = list(sums)
            of_rows = [code.load_first(row, offset, self.dtype, width, count) for row in rows]
            for number, column in enumerate(columns):
                of_column = code.load_first(column, offset, self.dtype, width, count)
                for index, of_row in enumerate(of_rows):
                    place = index * len(columns) + number
                    added[place] = code.intrinsic("llvm.fmuladd", of_row, of_column, added[place])
            return added

        sums = [code.number(0.0, self.dtype, width)] * (len(rows) * len(columns))
        sums = code.loop(0, whole, lambda offset, *carried: step(offset, carried), step=width, carried=sums)
        if whole < self.depth:
            sums = step(code.index(whole), sums, self.depth - whole)
        return sums


def added_up(code: Code, vectors: Sequence[Emitted]) -> Emitted:
    """A vector with the sum of each vector's lanes; there are no more vectors than lanes, a power of two."""
    folded = list(vectors)
    while folded[0].type.count > len(folded):
        folded = [code.builder.fadd(_half(code, vector, 0), _half(code, vector, 1)) for vector in folded]
    rows = transposed(code, folded)
    while len(rows) > 1:
        half = len(rows) // 2
        rows = [code.builder.fadd(a, b) for a, b in zip(rows[:half], rows[half:], strict=True)]
    return rows[0]


def _half(code: Code, vector: Emitted, which: int) -> Emitted:
    size = vector.type.count // 2
    lanes = ir.Constant(ir.VectorType(ir.IntType(32), size), list(range(which * size, (which + 1) * size)))
    return code.builder.shuffle_vector(vector, vector, lanes)
