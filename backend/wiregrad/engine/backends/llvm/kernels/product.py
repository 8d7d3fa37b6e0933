"""Matrix products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.cutting import Cut, cut
from wiregrad.engine.backends.llvm.kernels.dots import Dots, takes_dots
from wiregrad.engine.backends.llvm.kernels.pairs import NARROWEST, pairs
from wiregrad.engine.backends.llvm.kernels.product_code import Emission
from wiregrad.engine.backends.llvm.kernels.tail import Tail
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, DType
from wiregrad.engine.passes.buffers import aligned

FEW_TILES = 2
"""A panel that is read no more often is not worth a copy if its rows are contiguous."""

NEAR_BYTES = 16 << 10
"""A matrix so small stays in the nearest cache however it lies."""

DEEP = {True: 4096, False: 512}
"""A longer reduction is done in blocks; early unless the rows of a are contiguous: a tile reads far apart."""

BLOCKS = {True: range(1024, 2048, 8), False: range(192, 400, 8)}
"""Lengths that a block may have then."""

CHUNK_BYTES = 256 << 10
"""So much of a block of a stays in the second cache while all panels go past."""

MOST_COPIED_BYTES = 1 << 20
"""So much of a is copied at once: beyond, panels are copied again for the next rows."""

LOAD_CYCLES = 1 / 4
"""What a load costs beside multiply-adds that should hide it: another program, on the core's second thread,
loads as well."""

MANY_ROWS = 128
"""Where fewer go past a panel, it matters more what packing costs."""

MANY_COLUMNS = 128
"""Tiles that meet so many are worth a copy."""

FAR_BYTES = 512
"""If steps of the reduction are so far apart in a: few of them find room in the nearest cache at once."""


@dataclass(frozen=True)
class Product:
    """(batch, rows, depth) by (batch, depth, columns), strides in elements. Pointers: a, b, loads, results.

    A thread packs a panel when it comes to it.
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
    is_paired: bool = False
    """Whether both operands hold bfloat16, to be multiplied in pairs along the reduction. Few rows are not:
    packing would take longer."""
    name = "product"

    @cached_property
    def _dots(self) -> Dots | None:
        """The other way to do it, for few rows."""
        if not takes_dots(self.dtype, self.rows, self.columns, self.depth, self.a, self.b):
            return None
        shape = (self.batch, self.rows, self.columns, self.depth)
        return Dots(self.dtype, *shape, self.a, self.b, self.tail, self.target)

    @cached_property
    def cut(self) -> Cut:
        narrowest = NARROWEST if self.is_paired else 1
        load_cycles = LOAD_CYCLES if self.rows >= MANY_ROWS else 0
        return cut(self.target, self.dtype, (self.rows,), self.columns, narrowest, load_cycles)

    @property
    def extent(self) -> int:
        if self._dots:
            return self._dots.extent
        return self.batch * self.cut.units

    @property
    def flops(self) -> int:
        return 2 * self.batch * self.rows * self.columns * self.depth

    # ---- Memory ----

    @cached_property
    def is_packed(self) -> bool:
        if self.is_paired or self.b[2] != 1 or self.columns % self.cut.width:
            return True
        is_panel = self.cut.panels == 1 and self.b[1] == self.columns
        is_near = self.depth * self.b[1] * ITEM_BYTES[self.dtype] <= NEAR_BYTES
        return not is_panel and not is_near and self.cut.tiles > FEW_TILES

    @property
    def copies_rows(self) -> bool:
        """Whether a's tiles are copied as well, to lie as they are read."""
        is_far = self.a[2] * ITEM_BYTES[self.dtype] >= FAR_BYTES
        return self.is_paired or (self.a[1] == 1 and is_far and self.columns >= MANY_COLUMNS)

    @cached_property
    def block(self) -> int:
        """Steps of the reduction that are done for all tiles before the next ones."""
        is_along = self.a[2] == 1
        if self.depth <= DEEP[is_along]:
            return self.depth
        return min(BLOCKS[is_along], key=lambda length: (self.depth % length, -length))

    def packed(self, depth: int) -> int:
        """Elements that so many steps take in a copy."""
        return pairs(depth) if self.is_paired else depth

    @property
    def chunk(self) -> int:
        """Tiles that are gone through before the same rows meet the next panel."""
        if self.block == self.depth and not self.copies_rows:
            return self.cut.tiles
        most = CHUNK_BYTES if self.block < self.depth else MOST_COPIED_BYTES
        tile = self.cut.most_rows * self.packed(self.block) * ITEM_BYTES[self.dtype]
        chunks = -(-self.cut.tiles // max(1, most // max(1, tile)))
        return -(-self.cut.tiles // max(1, chunks))

    @property
    def is_summed_in_result(self) -> bool:
        """Blocks are added up where the result will be: nothing else can stand there."""
        return not self.tail.loads and self.tail.result_dtypes[0] == self.dtype

    @property
    def _tile_items(self) -> int:
        return self.cut.most_rows * self.cut.panel

    @property
    def panel_bytes(self) -> int:
        items = self.packed(self.block) * self.cut.panel
        return aligned(items * ITEM_BYTES[self.dtype]) if self.is_packed else 0

    @property
    def rows_bytes(self) -> int:
        if not self.copies_rows:
            return 0
        rows = min(self.rows, self.chunk * self.cut.most_rows)
        return aligned(rows * self.packed(self.block) * ITEM_BYTES[self.dtype])

    @property
    def scratch_bytes(self) -> int:
        if self._dots or not self.extent:
            return 0
        sums = self.batch * self.cut.panels * self.cut.tiles * self._tile_items * ITEM_BYTES[self.dtype]
        is_summed = self.block < self.depth and not self.is_summed_in_result
        return self.panel_bytes + self.rows_bytes + (sums if is_summed else 0)

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
        if self.block < self.depth:
            emission.in_blocks()
        else:
            emission.at_once()
