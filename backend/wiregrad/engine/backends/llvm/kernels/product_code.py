"""The code of a product that packs: see `product`, which says what there is to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels import pair_packing
from wiregrad.engine.backends.llvm.kernels.microkernel import Run, Sums, Tile
from wiregrad.engine.backends.llvm.kernels.packing import pack_panel, pack_tile
from wiregrad.engine.backends.llvm.kernels.tail import Place, add_tile, clear_tile, finish, load_tile

if TYPE_CHECKING:
    from wiregrad.engine.backends.llvm.kernels.product import Product

COPIED_STEPS = 16
"""Of the reduction are copied for one tile after another: tiles share lines of the cache."""


@dataclass(frozen=True)
class Panel:
    """Numbers of the batch and the panel, its lanes, and tiles: from the first to before the last."""

    batch: Emitted
    number: Emitted
    lanes: tuple[int, ...]
    first: Emitted
    last: Emitted


@dataclass(frozen=True)
class Stretch:
    """Steps of the reduction: from `step` on, `depth` of them, for tiles from number `tile` on."""

    step: Emitted
    depth: int
    tile: Emitted


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
        self.panel = scratch
        self.rows = code.at(scratch, product.panel_bytes, "bool")
        self.sums = code.at(self.rows, product.rows_bytes, "bool")

    def at_once(self) -> None:
        product = self.product

        def one_tile(panel: Panel, row: Emitted, tile: Tile, sums: Sums) -> None:
            self._finish(panel, row, tile.rows, sums)

        self._multiply(self.code.index(0), product.depth, one_tile)

    def in_blocks(self) -> None:
        product, code = self.product, self.code
        whole = product.depth - product.depth % product.block

        def one_tile(panel: Panel, row: Emitted, tile: Tile, sums: Sums) -> None:
            add_tile(code, tile, panel.lanes, sums, *self._kept(panel, row))

        self._over_panels(self._clear)
        code.loop(0, whole, lambda step: self._multiply(step, product.block, one_tile), step=product.block)
        if whole < product.depth:
            self._multiply(code.index(whole), product.depth - whole, one_tile)
        if not (product.is_summed_in_result and product.tail.is_identity):
            self._over_panels(self._finish_panel)

    # ---- The order of things ----

    def _multiply(
        self, step: Emitted, depth: int, one_tile: Callable[[Panel, Emitted, Tile, Sums], None]
    ) -> None:
        """The sums of each tile over so many steps, from one on."""
        product, code = self.product, self.code

        def one_chunk(tile: Emitted) -> None:
            stretch, stop = Stretch(step, depth, tile), code.plus(tile, product.chunk)

            def within(panel: Panel) -> None:
                first, last = code.most(panel.first, tile), code.least(panel.last, stop)
                is_any = code.builder.icmp_signed("<", first, last)
                code.when(
                    is_any, lambda: self._panel(replace(panel, first=first, last=last), stretch, one_tile)
                )

            def begin_batch(batch: Emitted) -> None:
                self._copy_rows(batch, stretch, code.least(stop, code.index(product.cut.tiles)))

            self._over_panels(within, begin_batch)

        if product.chunk < product.cut.tiles:
            code.loop(0, product.cut.tiles, one_chunk, step=product.chunk)
        else:
            one_chunk(code.index(0))

    def _panel(
        self, panel: Panel, stretch: Stretch, one_tile: Callable[[Panel, Emitted, Tile, Sums], None]
    ) -> None:
        product, code = self.product, self.code
        b, b_step = self._columns(panel, stretch)

        def turn(row: Emitted, height: int, part: Emitted | int) -> None:
            tile = self._shape(height, panel)
            rows, a_step = self._rows(panel.batch, row, height, stretch)
            run = Run(product.packed(stretch.depth), a_step, b_step)
            one_tile(panel, row, tile, run.add(code, tile, rows, b, tile.zeros(code)))

        product.cut.over_tiles(code, panel.first, panel.last, turn)

    def _over_panels(
        self, body: Callable[[Panel], None], begin_batch: Callable[[Emitted], None] | None = None
    ) -> None:
        product, code, builder = self.product, self.code, self.code.builder
        panels, beginning = product.cut.panels, product.cut.panel_of(code, self.begin)

        def one_panel(number: Emitted, first: Emitted, last: Emitted) -> None:
            batch = builder.udiv(number, code.index(panels)) if product.batch > 1 else code.index(0)
            panel = builder.urem(number, code.index(panels)) if panels > 1 else code.index(0)
            if begin_batch and product.copies_rows:
                is_new = builder.or_(
                    builder.icmp_signed("==", panel, code.index(0)),
                    builder.icmp_signed("==", number, beginning),
                )
                code.when(is_new, lambda: begin_batch(batch))
            product.cut.over_panels(code, panel, lambda lanes: body(Panel(batch, panel, lanes, first, last)))

        product.cut.over_units(code, self.begin, self.end, one_panel)

    # ---- What is read ----

    def _shape(self, height: int, panel: Panel) -> Tile:
        product = self.product
        return Tile(product.dtype, height, len(panel.lanes), product.cut.width, is_paired=product.is_paired)

    def _columns(self, panel: Panel, stretch: Stretch) -> tuple[Emitted, int]:
        """Where b's panel starts, packed if that pays, and how far its steps are apart."""
        product, code, cut = self.product, self.code, self.product.cut
        column = cut.first_column(code, panel.number)
        offset = code.plus(code.times(panel.batch, product.b[0]), code.times(column, product.b[2]))
        b = code.at(self.b, code.plus(offset, code.times(stretch.step, product.b[1])), product.dtype)
        if not product.is_packed:
            return b, product.b[1]
        shape = (stretch.depth, product.b[1:], cut.width, panel.lanes, cut.panel)
        if product.is_paired:
            pair_packing.pack_panel(code, b, self.panel, *shape)
        else:
            pack_panel(code, b, self.panel, product.dtype, *shape)
        return self.panel, cut.panel

    def _rows(self, batch: Emitted, row: Emitted, height: int, stretch: Stretch) -> tuple[list[Emitted], int]:
        """Where each of a tile's rows starts, and how far its steps are apart."""
        product, code = self.product, self.code
        start, apart, step = self._row(batch, row, stretch.step), product.a[1], product.a[2]
        if product.copies_rows:
            start = self._copied(row, stretch)
            is_along = product.is_paired and apart != 1
            apart, step = (product.packed(stretch.depth), 1) if is_along else (1, height)
        return [code.at(start, apart * index, product.dtype) for index in range(height)], step

    def _row(self, batch: Emitted, row: Emitted, step: Emitted) -> Emitted:
        product, code = self.product, self.code
        offset = code.plus(code.times(batch, product.a[0]), code.times(row, product.a[1]))
        return code.at(self.a, code.plus(offset, code.times(step, product.a[2])), product.dtype)

    def _copied(self, row: Emitted, stretch: Stretch) -> Emitted:
        """Where the copy of a tile is that begins with this row."""
        product, code = self.product, self.code
        number = code.builder.sub(row, product.cut.first_row(code, stretch.tile))
        return code.at(self.rows, code.times(number, product.packed(stretch.depth)), product.dtype)

    def _copy_rows(self, batch: Emitted, stretch: Stretch, last: Emitted) -> None:
        """Copy the tiles of a stretch up to another one."""
        product, code = self.product, self.code
        width = product.target.lanes(product.dtype)

        def whole_tile(row: Emitted, height: int, part: Emitted | int) -> None:
            source, copy = self._row(batch, row, stretch.step), self._copied(row, stretch)
            pair_packing.pack_rows(code, source, copy, stretch.depth, product.a[1:], height, width)

        def some_steps(step: Emitted, count: int) -> None:
            def one_tile(row: Emitted, height: int, part: Emitted | int) -> None:
                source = self._row(batch, row, code.plus(stretch.step, step))
                copy = code.at(self._copied(row, stretch), code.times(step, height), product.dtype)
                pack_tile(code, source, copy, product.dtype, count, product.a[2], height, width)

            product.cut.over_tiles(code, stretch.tile, last, one_tile)

        if product.is_paired:
            product.cut.over_tiles(code, stretch.tile, last, whole_tile)
            return
        rest = stretch.depth % COPIED_STEPS
        code.loop(0, stretch.depth - rest, lambda step: some_steps(step, COPIED_STEPS), step=COPIED_STEPS)
        if rest:
            some_steps(code.index(stretch.depth - rest), rest)

    # ---- What is written ----

    def _finish(self, panel: Panel, row: Emitted, height: int, sums: Sequence[Emitted]) -> None:
        product, code = self.product, self.code
        column = product.cut.first_column(code, panel.number)
        rows = [(row, index) for index in range(height)]
        where = Place(
            product.rows, product.columns, product.cut.width, panel.lanes, panel.batch, rows, column
        )
        finish(code, product.tail, where, sums, self.loads, self.results)

    def _kept(self, panel: Panel, row: Emitted) -> tuple[Emitted, int]:
        """Where sums from this row on stand between blocks, and how far rows are apart."""
        product, code = self.product, self.code
        if product.is_summed_in_result:
            number = code.plus(code.times(panel.batch, product.rows), row)
            column = product.cut.first_column(code, panel.number)
            offset = code.plus(code.times(number, product.columns), column)
            return code.at(self.results[0], offset, product.dtype), product.columns
        number = code.plus(code.times(panel.batch, product.cut.panels), panel.number)
        number = code.builder.sub(number, product.cut.panel_of(code, self.begin))
        line = code.plus(code.times(number, product.rows), row)
        return code.at(self.sums, code.times(line, product.cut.panel), product.dtype), product.cut.panel

    def _clear(self, panel: Panel) -> None:
        def one_row(row: Emitted) -> None:
            clear_tile(self.code, self._shape(1, panel), panel.lanes, *self._kept(panel, row))

        self._over_rows(panel, one_row)

    def _finish_panel(self, panel: Panel) -> None:
        def one_row(row: Emitted) -> None:
            sums = load_tile(self.code, self._shape(1, panel), panel.lanes, *self._kept(panel, row))
            self._finish(panel, row, 1, sums)

        self._over_rows(panel, one_row)

    def _over_rows(self, panel: Panel, body: Callable[[Emitted], None]) -> None:
        first, last = (self.product.cut.first_row(self.code, tile) for tile in (panel.first, panel.last))
        self.code.loop(first, last, body)
