"""Matrix products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.cutting import Cut, cut
from wiregrad.engine.backends.llvm.kernels.microkernel import Run, Tile
from wiregrad.engine.backends.llvm.kernels.packing import pack_panel
from wiregrad.engine.backends.llvm.kernels.tail import Place, Tail, finish
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, DType

FEW_TILES = 2
"""A panel that is read no more often is not worth a copy if its rows are contiguous."""

NEAR_BYTES = 16 << 10
"""A matrix so small stays in the nearest cache however it lies."""


@dataclass(frozen=True)
class Product:
    """(batch, rows, depth) by (batch, depth, columns); strides are in elements. Pointers: a, b, loads, results.

    A unit of work is a tile of rows in a panel of columns, which the thread packs when it comes to it.
    """

    dtype: DType
    batch: int
    rows: int
    columns: int
    depth: int
    a: tuple[int, int, int]
    """Over (batch, row, depth)."""
    b: tuple[int, int, int]
    """Over (batch, depth, column)."""
    tail: Tail
    target: Target
    name = "product"

    @cached_property
    def _cut(self) -> Cut:
        return cut(self.target, self.dtype, (self.rows,), self.columns)

    @property
    def extent(self) -> int:
        return self.batch * self._cut.panels * self._cut.tiles

    @property
    def flops(self) -> int:
        return 2 * self.batch * self.rows * self.columns * self.depth

    @cached_property
    def _is_packed(self) -> bool:
        if self.b[2] != 1 or self.columns % self._cut.width:
            return True
        is_panel = self._cut.panels == 1 and self.b[1] == self.columns
        is_near = self.depth * self.b[1] * ITEM_BYTES[self.dtype] <= NEAR_BYTES
        return not is_panel and not is_near and self._cut.tiles > FEW_TILES

    @property
    def scratch_bytes(self) -> int:
        return self.depth * self._cut.panel * ITEM_BYTES[self.dtype] if self._is_packed else 0

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        if not self.extent:
            return
        builder, tiles, panels = code.builder, self._cut.tiles, self._cut.panels

        def one_panel(number: Emitted) -> None:
            before = code.times(number, tiles)
            first = code.most(builder.sub(begin, before), code.index(0))
            last = code.least(builder.sub(end, before), code.index(tiles))
            batch = builder.udiv(number, code.index(panels)) if self.batch > 1 else code.index(0)
            panel = builder.urem(number, code.index(panels)) if panels > 1 else code.index(0)
            self._cut.over_panels(
                code,
                panel,
                lambda lanes: self._panel(code, pointers, batch, panel, lanes, first, last, scratch),
            )

        stop = builder.udiv(builder.add(end, code.index(tiles - 1)), code.index(tiles))
        code.loop(builder.udiv(begin, code.index(tiles)), stop, one_panel)

    def _panel(
        self,
        code: Code,
        pointers: Sequence[Emitted],
        batch: Emitted,
        panel: Emitted,
        lanes: tuple[int, ...],
        first: Emitted,
        last: Emitted,
        scratch: Emitted,
    ) -> None:
        dtype, width = self.dtype, self._cut.width
        column = code.times(panel, self._cut.panel)
        a = code.at(pointers[0], code.times(batch, self.a[0]), dtype)
        b_offset = code.plus(code.times(batch, self.b[0]), code.times(column, self.b[2]))
        b = code.at(pointers[1], b_offset, dtype)
        b_step = self.b[1]
        if self._is_packed:
            pack_panel(code, b, scratch, dtype, self.depth, self.b[1:], width, lanes, self._cut.panel)
            b, b_step = scratch, self._cut.panel
        run = Run(self.depth, self.a[2], b_step)
        loads, results = self._split(pointers)

        def tile(row: Emitted, height: int, part: Emitted | int) -> None:
            shape = Tile(dtype, height, len(lanes), width)
            start = code.at(a, code.times(row, self.a[1]), dtype)
            rows = [code.at(start, self.a[1] * index, dtype) for index in range(height)]
            sums = run.add(code, shape, rows, b, shape.zeros(code))
            of_rows = [(row, index) for index in range(height)]
            place = Place(self.rows, self.columns, width, lanes, batch, of_rows, column)
            finish(code, self.tail, place, sums, loads, results)

        self._cut.over_tiles(code, first, last, tile)

    def _split(self, pointers: Sequence[Emitted]) -> tuple[Sequence[Emitted], Sequence[Emitted]]:
        """The tail's loads and its results."""
        end = 2 + len(self.tail.loads)
        return pointers[2:end], pointers[end:]
