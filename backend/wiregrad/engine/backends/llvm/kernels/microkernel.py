"""The innermost loops of every product: sums of a tile stay in registers while A and B go past.

The idea is the batch-reduce product of Georganas et al., "High-Performance Deep Learning via a Single Building
Block" (arXiv 1906.06440): for each step of a reduction, one element of A per row, repeated in all lanes, times a
few vectors of B. Where the elements are, and what comes around these loops, is all that tells a linear layer
from a convolution or a gradient.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import DType

Sums = list[Emitted]
"""Row by row, the vectors of a tile."""

UNROLLED_WHOLE = 9
"""A run of so many steps has no loop."""

UNROLLED = 4

FMA_LATENCY = 4
"""Cycles until a sum can be added to again; two are begun in each cycle."""


@dataclass(frozen=True)
class Tile:
    """Sums that registers hold at once: rows by vectors of `width` lanes."""

    dtype: DType
    rows: int
    vectors: int
    width: int
    is_lanewise: bool = False
    """Lanes of A meet lanes of B: each column has a reduction of its own (depthwise convolutions)."""

    @property
    def columns(self) -> int:
        return self.vectors * self.width

    def zeros(self, code: Code) -> Sums:
        return [code.number(0.0, self.dtype, self.width)] * (self.rows * self.vectors)

    def load(self, code: Code, pointer: Emitted) -> Sums:
        """Sums that `store` put there."""
        places = range(self.rows * self.vectors)
        return [code.load(pointer, place * self.width, self.dtype, self.width) for place in places]

    def store(self, code: Code, sums: Sums, pointer: Emitted) -> None:
        for place, value in enumerate(sums):
            code.store(value, pointer, place * self.width, self.dtype)


@dataclass(frozen=True)
class Run:
    """Steps of a reduction over which A and B advance evenly, in elements."""

    length: int
    a_step: int
    b_step: int

    def add(self, code: Code, tile: Tile, rows: Sequence[Emitted], b: Emitted, sums: Sums) -> Sums:
        """Sums with all steps added; `rows` and `b` are addresses of the first step's elements."""
        if self.length <= UNROLLED_WHOLE:
            return self._steps(code, tile, rows, b, sums, self.length)
        looped = self.length - self.length % UNROLLED

        def turn(step: Emitted, *carried: Emitted) -> Sums:
            return self._steps(
                code, tile, *self._advanced(code, tile, rows, b, step), list(carried), UNROLLED
            )

        sums = code.loop(0, looped, turn, step=UNROLLED, carried=sums)
        rest = self._advanced(code, tile, rows, b, code.index(looped))
        return self._steps(code, tile, *rest, sums, self.length - looped)

    def _advanced(
        self, code: Code, tile: Tile, rows: Sequence[Emitted], b: Emitted, step: Emitted
    ) -> tuple[list[Emitted], Emitted]:
        a_offset = code.times(step, self.a_step)
        return [code.at(row, a_offset, tile.dtype) for row in rows], code.at(
            b, code.times(step, self.b_step), tile.dtype
        )

    def _steps(
        self, code: Code, tile: Tile, rows: Sequence[Emitted], b: Emitted, sums: Sums, count: int
    ) -> Sums:
        for step in range(count):
            sums = _step(code, tile, rows, self.a_step * step, b, self.b_step * step, sums)
        return sums


def _step(
    code: Code, tile: Tile, rows: Sequence[Emitted], a_offset: int, b: Emitted, b_offset: int, sums: Sums
) -> Sums:
    vectors = [code.load(b, b_offset + tile.width * n, tile.dtype, tile.width) for n in range(tile.vectors)]
    added = []
    for number, row in enumerate(rows):
        of_row = _elements(code, tile, row, a_offset)
        before = sums[number * tile.vectors : (number + 1) * tile.vectors]
        added += [
            code.intrinsic("llvm.fmuladd", a, vector, total)
            for a, vector, total in zip(of_row, vectors, before, strict=True)
        ]
    return added


def _elements(code: Code, tile: Tile, row: Emitted, offset: int) -> list[Emitted]:
    """For each vector of a row's sums, what it is multiplied by."""
    if tile.is_lanewise:
        return [code.load(row, offset + tile.width * n, tile.dtype, tile.width) for n in range(tile.vectors)]
    return [code.splat(code.load(row, offset, tile.dtype), tile.width)] * tile.vectors


# ---- How products are cut into tiles ----


@dataclass(frozen=True)
class Band:
    """Tiles of one height, one after another: numbers of the first and the one after the last, its first row."""

    first: int
    last: int
    row: int
    height: int


@dataclass(frozen=True)
class Cut:
    """Rows cut into tiles of two heights at most, as even as can be, and columns into panels of vectors."""

    rows: int
    columns: int
    most_rows: int
    vectors: int
    width: int

    @property
    def tiles(self) -> int:
        return -(-self.rows // self.most_rows) if self.rows else 0

    @property
    def panels(self) -> int:
        return -(-self.columns // self.panel)

    @property
    def panel(self) -> int:
        """Columns of a full panel."""
        return self.vectors * self.width

    @property
    def bands(self) -> list[Band]:
        if not self.tiles:
            return []
        low, taller = divmod(self.rows, self.tiles)
        bands = [Band(0, taller, 0, low + 1), Band(taller, self.tiles, taller * (low + 1), low)]
        return [band for band in bands if band.first < band.last]

    def lanes(self, is_last: bool) -> tuple[int, ...]:
        """How many lanes of each vector of a panel are columns; of the last panel, or of any other."""
        columns = self.columns - (self.panels - 1) * self.panel if is_last else self.panel
        return tuple(min(self.width, columns - start) for start in range(0, columns, self.width))

    def over_panels(self, code: Code, panel: Emitted, body: Callable[[tuple[int, ...]], None]) -> None:
        """Emit the body with the lanes of this panel: twice, where the last is narrower, to run once."""
        if self.lanes(is_last=True) == self.lanes(is_last=False):
            body(self.lanes(is_last=True))
            return
        if self.panels == 1:
            body(self.lanes(is_last=True))
            return
        is_last = code.builder.icmp_unsigned("==", panel, code.index(self.panels - 1))
        code.when(code.builder.not_(is_last), lambda: body(self.lanes(is_last=False)))
        code.when(is_last, lambda: body(self.lanes(is_last=True)))

    def over_tiles(
        self, code: Code, begin: Emitted, end: Emitted, body: Callable[[Emitted, Emitted, int], None]
    ) -> None:
        """`body(tile, first row, height)` for the tiles from begin up to end."""
        for band in self.bands:
            first, last = code.most(begin, code.index(band.first)), code.least(end, code.index(band.last))

            def turn(tile: Emitted, band: Band = band) -> None:
                row = code.plus(code.times(tile, band.height), band.row - band.first * band.height)
                body(tile, row, band.height)

            code.loop(first, last, turn)


def cut(target: Target, dtype: DType, rows: int, columns: int) -> Cut:
    """The cut that should take the fewest cycles for each step of the reduction."""
    width = min(target.lanes(dtype), 1 << max(0, columns - 1).bit_length())
    total = -(-max(1, columns) // width)
    sums = 12 if target.registers <= 16 else 24
    highest = 6 if target.registers <= 16 else 10

    def cycles(candidate: Cut) -> float:
        full, rest = divmod(total, candidate.vectors)
        return sum(
            count * tiles * _cycles(band.height, vectors)
            for count, vectors in ((full, candidate.vectors), (1, rest))
            if vectors
            for band in candidate.bands
            for tiles in (band.last - band.first,)
        )

    candidates = [
        Cut(
            rows,
            columns,
            max(1, min(highest if vectors > 1 else highest + 2, sums // vectors, rows)),
            vectors,
            width,
        )
        for vectors in range(1, min(total, sums) + 1)
    ]
    return min(candidates, key=cycles)


def _cycles(rows: int, vectors: int) -> float:
    """Of a step: two multiply-adds and two loads are begun in a cycle, and sums wait for their last addition."""
    return max(rows * vectors / 2, (rows + vectors) / 2, FMA_LATENCY)
