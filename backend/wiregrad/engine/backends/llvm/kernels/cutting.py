"""How products are cut: rows into tiles, columns into panels, and both into units of work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, Code, Emitted
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import DType

FMA_LATENCY = 4
"""Cycles until a sum can be added to again; two are begun in each cycle."""

FEW_REGISTERS = 16
HIGHEST = {False: 6, True: 10}
"""Rows of a tile, where registers are few and where they are many."""

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
    """Each part of the rows in tiles of two heights at most, columns in panels of two widths at most.

    Both are as even as can be. A unit of work is a vector of columns of a tile, so that units are alike where
    panels are not; a tile is for whoever has its first one.
    """

    parts: tuple[int, ...]
    columns: int
    most_rows: int
    most_vectors: int
    width: int

    # ---- Rows ----

    @property
    def tiles(self) -> int:
        return sum(self._tiles(rows) for rows in self.parts)

    def _tiles(self, rows: int) -> int:
        return -(-rows // self.most_rows)

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

    # ---- Columns ----

    @property
    def _vectors(self) -> int:
        """That all columns take."""
        return -(-self.columns // self.width)

    @property
    def panels(self) -> int:
        return -(-self._vectors // self.most_vectors)

    @property
    def widths(self) -> list[tuple[int, int]]:
        """How many panels there are of each number of vectors."""
        low, wider = divmod(self._vectors, max(1, self.panels))
        counts = [(self.panels - wider, low), (wider, low + 1)]
        return [(count, vectors) for count, vectors in counts if count]

    @property
    def panel(self) -> int:
        """Columns of the widest panel."""
        return max((vectors for _, vectors in self.widths), default=0) * self.width

    def first_column(self, code: Code, panel: Emitted) -> Emitted:
        """Where a panel starts, or the last one ends."""
        return code.times(self._first_vector(code, panel), self.width)

    def _first_vector(self, code: Code, panel: Emitted) -> Emitted:
        """Wider and narrower panels take turns: threads that divide them all meet at an edge, mostly."""
        return code.builder.udiv(code.times(panel, self._vectors), code.index(self.panels))

    def over_panels(self, code: Code, panel: Emitted, body: Callable[[tuple[int, ...]], None]) -> None:
        """Emit the body with how many lanes of each vector of this panel are columns.

        It is emitted for each kind of panel, and runs once.
        """
        full = [(self.width,) * vectors for _, vectors in self.widths]
        last = (*full[-1][1:], self.columns - (self._vectors - 1) * self.width)  # one of the wider ones
        if self.panels == 1 or full == [last]:
            body(last)
            return
        builder = code.builder
        vectors = builder.sub(self._first_vector(code, code.plus(panel, 1)), self._first_vector(code, panel))
        is_last = builder.icmp_unsigned("==", panel, code.index(self.panels - 1))
        for lanes in full:
            is_such = builder.icmp_unsigned("==", vectors, code.index(len(lanes)))
            if last not in full:
                is_such = builder.and_(is_such, builder.not_(is_last))
            code.when(is_such, partial(body, lanes))
        if last not in full:
            code.when(is_last, partial(body, last))

    # ---- Units of work ----

    @property
    def units(self) -> int:
        return self.tiles * self._vectors

    def over_units(
        self, code: Code, begin: Emitted, end: Emitted, body: Callable[[Emitted, Emitted, Emitted], None]
    ) -> None:
        """`body(number, first tile, last tile)` for each panel that has some of the units.

        Units, and numbers of panels, go on through a batch of cuts. Some of a panel may be none of its tiles.
        """
        builder, tiles = code.builder, code.index(self.tiles)

        def one_panel(number: Emitted) -> None:
            start = self._first_vector(code, number)
            vectors = builder.sub(self._first_vector(code, code.plus(number, 1)), start)
            before = code.times(start, self.tiles)

            def tile_of(unit: Emitted) -> Emitted:
                after = builder.add(builder.sub(unit, before), code.plus(vectors, -1))
                return code.least(code.most(builder.sdiv(after, vectors), code.index(0)), tiles)

            body(number, tile_of(begin), tile_of(end))

        code.loop(
            self.panel_of(code, begin), code.plus(self.panel_of(code, code.plus(end, -1)), 1), one_panel
        )

    def panel_of(self, code: Code, unit: Emitted) -> Emitted:
        """The number of the panel that a unit is in."""
        vector = code.builder.sdiv(unit, code.index(self.tiles))
        after = code.plus(code.times(code.plus(vector, 1), self.panels), -1)
        return code.builder.sdiv(after, code.index(self._vectors))

    # ---- Tiles ----

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


def cut(
    target: Target,
    dtype: DType,
    parts: tuple[int, ...],
    columns: int,
    narrowest: int = 1,
    load_cycles: float = 0,
) -> Cut:
    """The cut that should take the fewest cycles for each step of the reduction.

    Vectors are no wider than the columns need, but have `narrowest` lanes at least. Each load costs
    `load_cycles` beside the multiply-adds that should hide it.
    """
    width = min(target.lanes(dtype), max(narrowest, 1 << max(0, columns - 1).bit_length()))
    total = -(-max(1, columns) // width)
    highest = HIGHEST[target.registers > FEW_REGISTERS]

    def cycles(candidate: Cut) -> float:
        return sum(
            count * (band.last - band.first) * _cycles(band.height, vectors, load_cycles)
            for count, vectors in candidate.widths
            for band in candidate.bands
        )

    def candidate(vectors: int) -> Cut:
        room = (target.registers - vectors - 1) // vectors  # beside a step's vectors, and an element of a row
        most = min(highest if vectors > 1 else highest + 2, room, max(1, *parts))
        return Cut(parts, columns, most, vectors, width)

    widest = min(total, (target.registers - 1) // 2)
    return min((candidate(vectors) for vectors in range(1, widest + 1)), key=cycles)


def _cycles(rows: int, vectors: int, load_cycles: float) -> float:
    """Of a step: two multiply-adds and two loads begin in a cycle; sums wait for their last addition."""
    loads = rows + vectors
    return max(rows * vectors / 2, loads / 2, FMA_LATENCY) + loads * load_cycles
