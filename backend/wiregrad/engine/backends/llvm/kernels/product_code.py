"""The code of a product that packs: see `product`, which says what there is to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.microkernel import Run, Tile
from wiregrad.engine.backends.llvm.kernels.packing import pack_panel
from wiregrad.engine.backends.llvm.kernels.tail import Place, add_tile, clear_tile, finish, load_tile

if TYPE_CHECKING:
    from wiregrad.engine.backends.llvm.kernels.product import Product

Panel = tuple[Emitted, Emitted, tuple[int, ...], Emitted, Emitted]
"""Numbers of the batch and the panel, its lanes, and the first tile and the one after the last."""


class Emission:
    """One emission of a product: its pointers and its part of the work."""

    def __init__(
        self,
        product: Product,
        code: Code,
        pointers: Sequence[Emitted],
        begin: Emitted,
        end: Emitted,
        scratch: Emitted,
    ) -> None:
        self.product, self.code = product, code
        self.a, self.b = pointers[:2]
        loads = 2 + len(product.tail.loads)
        self.loads, self.results = pointers[2:loads], pointers[loads:]
        self.begin, self.end = begin, end
        self.panel, self.sums = scratch, code.at(scratch, product.panel_bytes, "bool")

    def at_once(self) -> None:
        product, code = self.product, self.code

        def one_panel(*panel: *Panel) -> None:
            run, b = self._read(panel, code.index(0), product.depth)

            def one_tile(row: Emitted, height: int, part: Emitted | int) -> None:
                tile = self._shape(height, panel)
                sums = run.add(code, tile, self._rows(panel, row, height, code.index(0)), b, tile.zeros(code))
                self._finish(panel, row, height, sums)

            product.cut.over_tiles(code, *panel[3:], one_tile)

        self._over_panels(one_panel)

    def in_blocks(self) -> None:
        product, code = self.product, self.code
        whole = product.depth - product.depth % product.block
        self._over_panels(self._clear)
        code.loop(0, whole, lambda step: self._add_block(step, product.block), step=product.block)
        if whole < product.depth:
            self._add_block(code.index(whole), product.depth - whole)
        if not (product.is_summed_in_result and product.tail.is_identity):
            self._over_panels(self._finish_panel)

    def _over_panels(self, body: Callable[[*Panel], None]) -> None:
        product, code, builder = self.product, self.code, self.code.builder
        tiles, panels = product.cut.tiles, product.cut.panels

        def one_panel(number: Emitted) -> None:
            before = code.times(number, tiles)
            first = code.most(builder.sub(self.begin, before), code.index(0))
            last = code.least(builder.sub(self.end, before), code.index(tiles))
            batch = builder.udiv(number, code.index(panels)) if product.batch > 1 else code.index(0)
            panel = builder.urem(number, code.index(panels)) if panels > 1 else code.index(0)
            product.cut.over_panels(code, panel, lambda lanes: body(batch, panel, lanes, first, last))

        stop = builder.udiv(builder.add(self.end, code.index(tiles - 1)), code.index(tiles))
        code.loop(builder.udiv(self.begin, code.index(tiles)), stop, one_panel)

    # ---- What is read ----

    def _shape(self, height: int, panel: Panel) -> Tile:
        return Tile(self.product.dtype, height, len(panel[2]), self.product.cut.width)

    def _read(self, place: Panel, step: Emitted, depth: int) -> tuple[Run, Emitted]:
        """The run through so many steps from one on, and where b's panel starts, packed if that pays."""
        product, code, dtype = self.product, self.code, self.product.dtype
        batch, panel, lanes, _, _ = place
        column = code.times(panel, product.cut.panel)
        offset = code.plus(code.times(batch, product.b[0]), code.times(column, product.b[2]))
        b = code.at(self.b, code.plus(offset, code.times(step, product.b[1])), dtype)
        if not product.is_packed:
            return Run(depth, product.a[2], product.b[1]), b
        cut_ = product.cut
        pack_panel(code, b, self.panel, dtype, depth, product.b[1:], cut_.width, lanes, cut_.panel)
        return Run(depth, product.a[2], cut_.panel), self.panel

    def _rows(self, place: Panel, row: Emitted, height: int, step: Emitted) -> list[Emitted]:
        product, code = self.product, self.code
        offset = code.plus(code.times(place[0], product.a[0]), code.times(row, product.a[1]))
        start = code.at(self.a, code.plus(offset, code.times(step, product.a[2])), product.dtype)
        return [code.at(start, product.a[1] * index, product.dtype) for index in range(height)]

    # ---- What is written ----

    def _finish(self, place: Panel, row: Emitted, height: int, sums: Sequence[Emitted]) -> None:
        product, code = self.product, self.code
        batch, panel, lanes, _, _ = place
        column = code.times(panel, product.cut.panel)
        rows = [(row, index) for index in range(height)]
        where = Place(product.rows, product.columns, product.cut.width, lanes, batch, rows, column)
        finish(code, product.tail, where, sums, self.loads, self.results)

    def _kept(self, place: Panel, row: Emitted) -> tuple[Emitted, int]:
        """Where sums from this row on stand between blocks, and how far rows are apart."""
        product, code = self.product, self.code
        batch, panel, _, _, _ = place
        if product.is_summed_in_result:
            number = code.plus(code.times(batch, product.rows), row)
            offset = code.plus(code.times(number, product.columns), code.times(panel, product.cut.panel))
            return code.at(self.results[0], offset, product.dtype), product.columns
        number = code.plus(code.times(batch, product.cut.panels), panel)
        number = code.builder.sub(number, code.builder.udiv(self.begin, code.index(product.cut.tiles)))
        line = code.plus(code.times(number, product.rows), row)
        return code.at(self.sums, code.times(line, product.cut.panel), product.dtype), product.cut.panel

    def _clear(self, *place: *Panel) -> None:
        product, code = self.product, self.code

        def one_row(row: Emitted) -> None:
            pointer, apart = self._kept(place, row)
            clear_tile(code, self._shape(1, place), place[2], pointer, apart)

        first, last = (product.cut.first_row(code, tile) for tile in place[3:])
        code.loop(first, last, one_row)

    def _add_block(self, step: Emitted, depth: int) -> None:
        product, code = self.product, self.code

        def one_panel(*panel: *Panel) -> None:
            run, b = self._read(panel, step, depth)

            def one_tile(row: Emitted, height: int, part: Emitted | int) -> None:
                tile = self._shape(height, panel)
                sums = run.add(code, tile, self._rows(panel, row, height, step), b, tile.zeros(code))
                add_tile(code, tile, panel[2], sums, *self._kept(panel, row))

            product.cut.over_tiles(code, *panel[3:], one_tile)

        def one_chunk(start: Emitted) -> None:
            stop = code.plus(start, product.chunk)

            def within(*panel: *Panel) -> None:
                first, last = code.most(panel[3], start), code.least(panel[4], stop)
                is_any = code.builder.icmp_signed("<", first, last)
                code.when(is_any, lambda: one_panel(*panel[:3], first, last))

            self._over_panels(within)

        if product.chunk < product.cut.tiles:
            code.loop(0, product.cut.tiles, one_chunk, step=product.chunk)
        else:
            self._over_panels(one_panel)

    def _finish_panel(self, *panel: *Panel) -> None:
        def one_row(row: Emitted) -> None:
            sums = load_tile(self.code, self._shape(1, panel), panel[2], *self._kept(panel, row))
            self._finish(panel, row, 1, sums)

        first, last = (self.product.cut.first_row(self.code, tile) for tile in panel[3:])
        self.code.loop(first, last, one_row)
