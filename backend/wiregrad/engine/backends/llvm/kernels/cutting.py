"""How products are cut: rows into tiles, columns into panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, Code, Emitted
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import DType

FMA_LATENCY = 4
"""Cycles until a sum can be added to again; two are begun in each cycle."""

TileBody = Callable[[Emitted, int, "Emitted | int"], None]
"""Takes the number of a tile's first row, its height, and the number of the part that it belongs to."""


@dataclass(frozen=True)
class Band:
    """Tiles of one height, from number `first` to before `last`; the first starts at `row`."""

    first: int
    last: int
    row: int
    height: int
    part: int


@dataclass(frozen=True)
class Cut:
    """Each part of the rows in tiles of two heights at most, as even as can be; columns in panels."""

    parts: tuple[int, ...]
    columns: int
    most_rows: int
    vectors: int
    width: int

    @property
    def tiles(self) -> int:
        return sum(self._tiles(rows) for rows in self.parts)

    def _tiles(self, rows: int) -> int:
        return -(-rows // self.most_rows)

    @property
    def panels(self) -> int:
        return -(-self.columns // self.panel)

    @property
    def panel(self) -> int:
        """Columns of a full panel."""
        return self.vectors * self.width

    @cached_property
    def bands(self) -> list[Band]:
        bands, tile, row = [], 0, 0
        for part, rows in enumerate(self.parts):
            tiles = self._tiles(rows)
            low, taller = divmod(rows, tiles) if tiles else (0, 0)
            for count, height in ((taller, low + 1), (tiles - taller, low)):
                if count:
                    bands.append(Band(tile, tile + count, row, height, part))
                tile, row = tile + count, row + count * height
        return bands

    def first_row(self, code: Code, tile: Emitted) -> Emitted:
        """Where a tile starts, or the last one ends; of rows in one part."""
        low, taller = divmod(self.parts[0], self.tiles)
        return code.plus(code.times(tile, low), code.least(tile, code.index(taller)))

    def lanes(self, is_last: bool) -> tuple[int, ...]:
        """How many lanes of each vector of a panel are columns; of the last panel, or of any other."""
        columns = self.columns - (self.panels - 1) * self.panel if is_last else self.panel
        return tuple(min(self.width, columns - start) for start in range(0, columns, self.width))

    def over_panels(self, code: Code, panel: Emitted, body: Callable[[tuple[int, ...]], None]) -> None:
        """Emit the body with the lanes of this panel: twice, where the last is narrower, to run once."""
        last, other = self.lanes(is_last=True), self.lanes(is_last=False)
        if self.panels == 1 or last == other:
            body(last)
            return
        is_last = code.builder.icmp_unsigned("==", panel, code.index(self.panels - 1))
        code.when(code.builder.not_(is_last), lambda: body(other))
        code.when(is_last, lambda: body(last))

    def over_tiles(self, code: Code, begin: Emitted, end: Emitted, body: TileBody) -> None:
        """Emit the body once for each height, to run for the tiles from begin up to end."""
        for height in sorted({band.height for band in self.bands}):
            bands = [band for band in self.bands if band.height == height]
            if len(bands) == 1:
                (band,) = bands
                place = (code.index(band.first), code.index(band.last), code.index(band.row))
                _over_band(code, begin, end, height, place, band.part, body)
                continue
            numbers = [n for band in bands for n in (band.first, band.last, band.row, band.part)]
            known = constants(code, numbers)

            def one_band(number: Emitted, known: Emitted = known, height: int = height) -> None:
                first, last, row, part = (
                    code.load(known, code.plus(code.times(number, 4), field), "int64") for field in range(4)
                )
                _over_band(code, begin, end, height, (first, last, row), part, body)

            code.loop(0, len(bands), one_band)


def _over_band(
    code: Code,
    begin: Emitted,
    end: Emitted,
    height: int,
    place: tuple[Emitted, Emitted, Emitted],
    part: Emitted | int,
    body: TileBody,
) -> None:
    first, last, row = place

    def turn(tile: Emitted) -> None:
        body(code.plus(code.times(code.builder.sub(tile, first), height), row), height, part)

    code.loop(code.most(begin, first), code.least(end, last), turn)


def constants(code: Code, numbers: Sequence[int]) -> Emitted:
    """The address of these numbers, as int64, in the program itself."""
    type_ = ir.ArrayType(INDEX, len(numbers))
    variable = ir.GlobalVariable(code.module, type_, code.module.get_unique_name("constants"))
    variable.linkage, variable.global_constant = "internal", True
    variable.initializer = ir.Constant(type_, list(numbers))
    return variable


def cut(target: Target, dtype: DType, parts: tuple[int, ...], columns: int, narrowest: int = 1) -> Cut:
    """The cut that should take the fewest cycles for each step of the reduction.

    Vectors are no wider than the columns need, but have `narrowest` lanes at least.
    """
    width = min(target.lanes(dtype), max(narrowest, 1 << max(0, columns - 1).bit_length()))
    total = -(-max(1, columns) // width)
    sums, highest = (12, 6) if target.registers <= 16 else (24, 10)

    def cycles(candidate: Cut) -> float:
        full, rest = divmod(total, candidate.vectors)
        panels = [(full, candidate.vectors), *([(1, rest)] if rest else [])]
        return sum(
            count * (band.last - band.first) * _cycles(band.height, vectors)
            for count, vectors in panels
            for band in candidate.bands
        )

    def candidate(vectors: int) -> Cut:
        most = min(highest if vectors > 1 else highest + 2, sums // vectors, max(1, *parts, 1))
        return Cut(parts, columns, most, vectors, width)

    return min((candidate(vectors) for vectors in range(1, min(total, sums) + 1)), key=cycles)


def _cycles(rows: int, vectors: int) -> float:
    """Of a step: two multiply-adds and two loads begin in a cycle; sums wait for their last addition."""
    return max(rows * vectors / 2, (rows + vectors) / 2, FMA_LATENCY)
