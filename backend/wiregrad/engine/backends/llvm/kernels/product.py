"""Matrix products."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.cutting import Cut, cut
from wiregrad.engine.backends.llvm.kernels.dots import Dots, takes_dots
from wiregrad.engine.backends.llvm.kernels.microkernel import Run, Tile
from wiregrad.engine.backends.llvm.kernels.packing import pack_panel
from wiregrad.engine.backends.llvm.kernels.tail import Place, Tail, add_tile, clear_tile, finish, load_tile
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, DType

FEW_TILES = 2
"""A panel that is read no more often is not worth a copy if its rows are contiguous."""

NEAR_BYTES = 16 << 10
"""A matrix so small stays in the nearest cache however it lies."""

DEEP = {True: 4096, False: 512}
"""A longer reduction is done in blocks: if each row of a is contiguous, late; else a tile would read far apart."""

BLOCKS = {True: range(1024, 2048, 8), False: range(192, 400, 8)}
"""Lengths that a block may have then."""

CHUNK_BYTES = 256 << 10
"""So much of a block of a stays in the second cache while all panels go past."""

Panel = tuple[Emitted, Emitted, tuple[int, ...], Emitted, Emitted]
"""Numbers of the batch and the panel, its lanes, and the first tile and the one after the last."""


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
    def _dots(self) -> Dots | None:
        """The other way to do it, for few rows."""
        if not takes_dots(self.dtype, self.rows, self.columns, self.depth, self.a, self.b):
            return None
        shape = (self.batch, self.rows, self.columns, self.depth)
        return Dots(self.dtype, *shape, self.a, self.b, self.tail, self.target)

    @cached_property
    def _cut(self) -> Cut:
        return cut(self.target, self.dtype, (self.rows,), self.columns)

    @property
    def extent(self) -> int:
        if self._dots:
            return self._dots.extent
        return self.batch * self._cut.panels * self._cut.tiles

    @property
    def flops(self) -> int:
        return 2 * self.batch * self.rows * self.columns * self.depth

    # ---- Memory ----

    @cached_property
    def _is_packed(self) -> bool:
        if self.b[2] != 1 or self.columns % self._cut.width:
            return True
        is_panel = self._cut.panels == 1 and self.b[1] == self.columns
        is_near = self.depth * self.b[1] * ITEM_BYTES[self.dtype] <= NEAR_BYTES
        return not is_panel and not is_near and self._cut.tiles > FEW_TILES

    @cached_property
    def _block(self) -> int:
        """Steps of the reduction that are done for all tiles before the next ones."""
        is_along = self.a[2] == 1
        if self.depth <= DEEP[is_along]:
            return self.depth
        return min(BLOCKS[is_along], key=lambda length: (self.depth % length, -length))

    @property
    def _chunk(self) -> int:
        """Tiles that are gone through before the same rows meet the next panel."""
        tile = self._cut.most_rows * self._block * ITEM_BYTES[self.dtype]
        chunks = -(-self._cut.tiles // max(1, CHUNK_BYTES // tile))
        return -(-self._cut.tiles // chunks)

    @property
    def _is_summed_in_result(self) -> bool:
        """Blocks are added up where the result will be: nothing else can stand there."""
        return not self.tail.loads and self.tail.result_dtypes[0] == self.dtype

    @property
    def _tile_items(self) -> int:
        return self._cut.most_rows * self._cut.panel

    @property
    def _panel_bytes(self) -> int:
        return -(-self._block * self._cut.panel * ITEM_BYTES[self.dtype] // 64) * 64 if self._is_packed else 0

    @property
    def scratch_bytes(self) -> int:
        if self._dots or not self.extent:
            return 0
        sums = self.extent * self._tile_items * ITEM_BYTES[self.dtype]
        is_summed = self._block < self.depth and not self._is_summed_in_result
        return self._panel_bytes + (sums if is_summed else 0)

    # ---- Code ----

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        if not self.extent:
            return
        if self._dots:
            self._dots.emit(code, pointers, begin, end)
            return
        emission = Emission(self, code, pointers, begin, end, scratch)
        if self._block < self.depth:
            emission.in_blocks()
        else:
            emission.at_once()


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
        self.panel, self.sums = scratch, code.at(scratch, product._panel_bytes, "bool")

    def at_once(self) -> None:
        product, code = self.product, self.code

        def one_panel(*panel: *Panel) -> None:
            run, b = self._read(panel, code.index(0), product.depth)

            def one_tile(row: Emitted, height: int, part: Emitted | int) -> None:
                tile = self._shape(height, panel)
                sums = run.add(code, tile, self._rows(panel, row, height, code.index(0)), b, tile.zeros(code))
                self._finish(panel, row, height, sums)

            product._cut.over_tiles(code, *panel[3:], one_tile)

        self._over_panels(one_panel)

    def in_blocks(self) -> None:
        product, code = self.product, self.code
        whole = product.depth - product.depth % product._block
        self._over_panels(self._clear)
        code.loop(0, whole, lambda step: self._add_block(step, product._block), step=product._block)
        if whole < product.depth:
            self._add_block(code.index(whole), product.depth - whole)
        if not (product._is_summed_in_result and product.tail.is_identity):
            self._over_panels(self._finish_panel)

    def _over_panels(self, body: Callable[[*Panel], None]) -> None:
        product, code, builder = self.product, self.code, self.code.builder
        tiles, panels = product._cut.tiles, product._cut.panels

        def one_panel(number: Emitted) -> None:
            before = code.times(number, tiles)
            first = code.most(builder.sub(self.begin, before), code.index(0))
            last = code.least(builder.sub(self.end, before), code.index(tiles))
            batch = builder.udiv(number, code.index(panels)) if product.batch > 1 else code.index(0)
            panel = builder.urem(number, code.index(panels)) if panels > 1 else code.index(0)
            product._cut.over_panels(code, panel, lambda lanes: body(batch, panel, lanes, first, last))

        stop = builder.udiv(builder.add(self.end, code.index(tiles - 1)), code.index(tiles))
        code.loop(builder.udiv(self.begin, code.index(tiles)), stop, one_panel)

    # ---- What is read ----

    def _shape(self, height: int, panel: Panel) -> Tile:
        return Tile(self.product.dtype, height, len(panel[2]), self.product._cut.width)

    def _read(self, place: Panel, step: Emitted, depth: int) -> tuple[Run, Emitted]:
        """The run through so many steps from one on, and where b's panel starts, packed if that pays."""
        product, code, dtype = self.product, self.code, self.product.dtype
        batch, panel, lanes, _, _ = place
        column = code.times(panel, product._cut.panel)
        offset = code.plus(code.times(batch, product.b[0]), code.times(column, product.b[2]))
        b = code.at(self.b, code.plus(offset, code.times(step, product.b[1])), dtype)
        if not product._is_packed:
            return Run(depth, product.a[2], product.b[1]), b
        cut_ = product._cut
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
        column = code.times(panel, product._cut.panel)
        rows = [(row, index) for index in range(height)]
        where = Place(product.rows, product.columns, product._cut.width, lanes, batch, rows, column)
        finish(code, product.tail, where, sums, self.loads, self.results)

    def _kept(self, place: Panel, row: Emitted) -> tuple[Emitted, int]:
        """Where the sums of a tile that starts at this row stand between blocks, and how far its rows are apart."""
        product, code = self.product, self.code
        batch, panel, _, _, _ = place
        if product._is_summed_in_result:
            number = code.plus(code.times(batch, product.rows), row)
            offset = code.plus(code.times(number, product.columns), code.times(panel, product._cut.panel))
            return code.at(self.results[0], offset, product.dtype), product.columns
        number = code.plus(code.times(batch, product._cut.panels), panel)
        number = code.builder.sub(number, code.builder.udiv(self.begin, code.index(product._cut.tiles)))
        line = code.plus(code.times(number, product.rows), row)
        return code.at(self.sums, code.times(line, product._cut.panel), product.dtype), product._cut.panel

    def _clear(self, *place: *Panel) -> None:
        product, code = self.product, self.code

        def one_row(row: Emitted) -> None:
            pointer, apart = self._kept(place, row)
            clear_tile(code, self._shape(1, place), place[2], pointer, apart)

        first, last = (product._cut.first_row(code, tile) for tile in place[3:])
        code.loop(first, last, one_row)

    def _add_block(self, step: Emitted, depth: int) -> None:
        product, code = self.product, self.code

        def one_panel(*panel: *Panel) -> None:
            run, b = self._read(panel, step, depth)

            def one_tile(row: Emitted, height: int, part: Emitted | int) -> None:
                tile = self._shape(height, panel)
                sums = run.add(code, tile, self._rows(panel, row, height, step), b, tile.zeros(code))
                add_tile(code, tile, panel[2], sums, *self._kept(panel, row))

            product._cut.over_tiles(code, *panel[3:], one_tile)

        def one_chunk(start: Emitted) -> None:
            stop = code.plus(start, product._chunk)

            def within(*panel: *Panel) -> None:
                first, last = code.most(panel[3], start), code.least(panel[4], stop)
                is_any = code.builder.icmp_signed("<", first, last)
                code.when(is_any, lambda: one_panel(*panel[:3], first, last))

            self._over_panels(within)

        if product._chunk < product._cut.tiles:
            code.loop(0, product._cut.tiles, one_chunk, step=product._chunk)
        else:
            self._over_panels(one_panel)

    def _finish_panel(self, *panel: *Panel) -> None:
        def one_row(row: Emitted) -> None:
            sums = load_tile(self.code, self._shape(1, panel), panel[2], *self._kept(panel, row))
            self._finish(panel, row, 1, sums)

        first, last = (self.product._cut.first_row(self.code, tile) for tile in panel[3:])
        self.code.loop(first, last, one_row)
