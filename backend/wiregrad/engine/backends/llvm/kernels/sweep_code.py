"""The code of a sweep: see `sweep`, which says what there is to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels import pair_packing
from wiregrad.engine.backends.llvm.kernels.cutting import constants
from wiregrad.engine.backends.llvm.kernels.dots import added_up
from wiregrad.engine.backends.llvm.kernels.geometry import Phase
from wiregrad.engine.backends.llvm.kernels.images import copy_image
from wiregrad.engine.backends.llvm.kernels.microkernel import Operand, Sums, Tile
from wiregrad.engine.backends.llvm.kernels.packing import load_lanes
from wiregrad.engine.backends.llvm.kernels.tail import Place, finish
from wiregrad.engine.ir import ITEM_BYTES

if TYPE_CHECKING:
    from wiregrad.engine.backends.llvm.kernels.sweep import Sweep


UNROLLED_STEPS = 12
"""A depthwise window of so few places has no loop at all."""


class Emission:
    """One emission of a sweep: the pointers, and what stands where in the thread's memory."""

    def __init__(self, sweep: Sweep, code: Code, pointers: Sequence[Emitted], scratch: Emitted) -> None:
        self.sweep, self.code = sweep, code
        self.source, self.weights = pointers[:2]
        loads = 2 + len(sweep.tail.loads)
        self.loads, self.results = pointers[2:loads], pointers[loads:]
        weights, image, _ = sweep.sizes()
        self.packed = scratch
        self.image = code.at(scratch, weights, "bool")
        self.table = code.at(scratch, weights + image, "bool")

    def emit(self, begin: Emitted, end: Emitted) -> None:
        sweep, code, builder = self.sweep, self.code, self.code.builder
        tiles, images = code.index(sweep.cut.tiles), code.index(sweep.images)
        self._list_pixels()
        if not sweep.is_direct:
            code.fill_zero(self.image, sweep.image_items * ITEM_BYTES[sweep.dtype])
        start = builder.udiv(begin, tiles)

        def one_image(number: Emitted) -> None:
            before = builder.mul(number, tiles)
            first = code.most(builder.sub(begin, before), code.index(0))
            last = code.least(builder.sub(end, before), tiles)
            image, together = builder.urem(number, images), builder.udiv(number, images)
            panel = code.times(together, sweep.together)
            after = code.least(code.plus(panel, sweep.together), code.index(sweep.all_panels))
            is_new = builder.or_(
                builder.icmp_unsigned("==", number, start), builder.icmp_unsigned("==", image, code.index(0))
            )
            pack = self._pack_dotted if sweep.is_dotted else lambda: self._pack(panel, after)
            code.when(is_new, pack)
            pixels = code.at(self.source, code.times(image, sweep.source[0]), sweep.dtype)
            if not sweep.is_direct:
                self._copy(pixels)
                pixels = self.image
            self._panels(image, pixels, panel, after, first, last)

        code.loop(start, builder.udiv(builder.add(end, code.index(sweep.cut.tiles - 1)), tiles), one_image)

    def _list_pixels(self) -> None:
        """For each pixel of the result, in the order of tiles: where it starts to read, and its number."""
        sweep, code, done = self.sweep, self.code, 0
        for rows, columns in sweep.phases:

            def one_row(row: Emitted, rows: Phase = rows, columns: Phase = columns, done: int = done) -> None:
                offset = code.times(row, rows.move * sweep.strides[0])
                number = code.times(code.plus(code.times(row, rows.step), rows.start), sweep.results[1])
                entry = code.plus(code.times(row, columns.count), done)

                def one_pixel(column: Emitted) -> None:
                    at = code.times(code.plus(entry, column), 2)
                    read = code.plus(offset, code.times(column, columns.move * sweep.strides[1]))
                    made = code.plus(code.plus(number, code.times(column, columns.step)), columns.start)
                    code.store(read, self.table, at, "int64")
                    code.store(made, self.table, code.plus(at, 1), "int64")

                code.loop(0, columns.count, one_pixel)

            code.loop(0, rows.count, one_row)
            done += rows.count * columns.count

    def _copy(self, pixels: Emitted) -> None:
        """The part of the image that is read, into the middle of the padding."""
        sweep, code = self.sweep, self.code
        source, target, extents = [], [], []
        for axis in sweep.axes:
            first, last = max(0, axis.low), min(axis.extent, axis.low + axis.region)
            source.append(first)
            target.append(first - axis.low)
            extents.append(max(0, last - first))
        from_ = code.at(pixels, source[0] * sweep.source[1] + source[1] * sweep.source[2], sweep.dtype)
        to = code.at(self.image, target[0] * sweep.strides[0] + target[1] * sweep.strides[1], sweep.dtype)
        shape = (extents[0], extents[1], sweep.groups * sweep.depth)
        if sweep.is_paired:
            pair_packing.pack_image(code, from_, to, shape, sweep.source[1:], sweep.strides)
        else:
            copy_image(code, from_, to, sweep.dtype, shape, sweep.source[1:], sweep.strides)

    def _pack(self, first: Emitted, last: Emitted) -> None:
        sweep, code = self.sweep, self.code
        row, column, _, _, group = sweep.weights
        offsets = [place[0] * row + place[1] * column for place in sweep.places]
        if not offsets:
            return
        places = constants(code, offsets)

        def one_panel(panel: Emitted) -> None:
            number = code.builder.sub(panel, first)
            into = code.at(self.packed, code.times(number, sweep.panel_items), sweep.dtype)
            of_group, within = self._divided(panel)
            lead = code.times(sweep.cut.first_column(code, within), self._across)
            start = code.plus(code.times(of_group, group), lead)

            def with_lanes(lanes: tuple[int, ...]) -> None:
                def one_place(place: Emitted) -> None:
                    offset = code.plus(start, code.load(places, place, "int64"))
                    rows = code.at(into, code.times(place, sweep.place_items), sweep.dtype)
                    self._pack_place(code.at(self.weights, offset, sweep.dtype), rows, lanes)

                code.loop(0, len(offsets), one_place)

            sweep.cut.over_panels(code, within, with_lanes)

        code.loop(first, last, one_panel)

    @property
    def _across(self) -> int:
        """How far columns of the weights are apart."""
        _, _, _, made, group = self.sweep.weights
        return group if self.sweep.is_lanewise else made

    def _pack_place(self, source: Emitted, rows: Emitted, lanes: tuple[int, ...]) -> None:
        """The weights of a place in the window: a row of a panel for each channel that is read."""
        sweep, code, cut = self.sweep, self.code, self.sweep.cut
        strides = sweep.weights[2], self._across
        if sweep.is_paired:
            pair_packing.pack_panel(code, source, rows, sweep.depth, strides, cut.width, lanes, cut.panel)
            return

        def one_channel(step: Emitted) -> None:
            for vector, count in enumerate(lanes):
                lead = vector * cut.width
                offset = code.plus(code.times(step, strides[0]), lead * strides[1])
                row = load_lanes(code, source, offset, sweep.dtype, cut.width, count, strides[1])
                code.store(row, rows, code.plus(code.times(step, cut.panel), lead), sweep.dtype)

        code.loop(0, sweep.steps, one_channel)

    def _pack_dotted(self) -> None:
        """For each place and vector of channels read, those of all channels made; zeros after the last."""
        sweep, code = self.sweep, self.code
        row, column, channel, made, _ = sweep.weights
        offsets = [place[0] * row + place[1] * column for place in sweep.places]
        code.fill_zero(self.packed, sweep.panel_items * ITEM_BYTES[sweep.dtype])
        if not offsets:
            return
        places, lanes = constants(code, offsets), code.index(sweep.lanes)

        def one_place(number: Emitted) -> None:
            source = code.at(self.weights, code.load(places, number, "int64"), sweep.dtype)
            target = code.at(self.packed, code.times(number, sweep.place_items), sweep.dtype)

            def one_channel(step: Emitted) -> None:
                vector = code.times(code.builder.udiv(step, lanes), sweep.lanes * sweep.columns)
                at = code.plus(vector, code.builder.urem(step, lanes))
                for which in range(sweep.columns):
                    value = code.load(source, code.plus(code.times(step, channel), which * made), sweep.dtype)
                    code.store(value, target, code.plus(at, which * sweep.lanes), sweep.dtype)

            code.loop(0, sweep.depth, one_channel)

        code.loop(0, len(offsets), one_place)

    def _divided(self, panel: Emitted) -> tuple[Emitted, Emitted]:
        """The group of a panel, and its number within the group."""
        code, panels = self.code, self.sweep.cut.panels
        if self.sweep.is_lanewise or self.sweep.groups == 1:
            return code.index(0), panel
        return code.builder.udiv(panel, code.index(panels)), code.builder.urem(panel, code.index(panels))

    def _panels(
        self, image: Emitted, pixels: Emitted, panel: Emitted, after: Emitted, first: Emitted, last: Emitted
    ) -> None:
        sweep, code = self.sweep, self.code

        def one_panel(number: Emitted) -> None:
            group, within = self._divided(number)
            weights = code.at(
                self.packed, code.times(code.builder.sub(number, panel), sweep.panel_items), sweep.dtype
            )
            lead = code.times(group, sweep.depth * sweep.strides[2])
            if sweep.is_lanewise:
                lead = sweep.cut.first_column(code, within)
            here = code.at(pixels, lead, sweep.dtype)
            column = code.plus(code.times(group, sweep.columns), sweep.cut.first_column(code, within))

            def with_lanes(lanes: tuple[int, ...]) -> None:
                def tile(row: Emitted, height: int, part: Emitted | int) -> None:
                    self._tile(image, here, weights, lanes, row, height, part, column)

                sweep.cut.over_tiles(code, first, last, tile)

            sweep.cut.over_panels(code, within, with_lanes)

        code.loop(panel, after, one_panel)

    def _tile(
        self,
        image: Emitted,
        pixels: Emitted,
        weights: Emitted,
        lanes: tuple[int, ...],
        row: Emitted,
        height: int,
        part: Emitted | int,
        column: Emitted,
    ) -> None:
        sweep, code, dtype = self.sweep, self.code, self.sweep.dtype
        operand: Operand = "vectors" if sweep.is_lanewise else "element"
        tile = Tile(dtype, height, len(lanes), sweep.cut.width, operand, sweep.is_paired)
        if sweep.is_dotted:
            tile = Tile(dtype, height, sweep.columns, sweep.lanes, "vector")
        entries = [code.times(code.plus(row, index), 2) for index in range(height)]
        rows = [code.at(pixels, code.load(self.table, entry, "int64"), dtype) for entry in entries]
        sums = self._reduced(tile, rows, weights, part)
        if sweep.is_dotted:
            sums = self._added_up(tile, sums)
        numbers = [(code.load(self.table, code.plus(entry, 1), "int64"), 0) for entry in entries]
        if len(sweep.phases) == 1 and sweep.phases[0][0].step == sweep.phases[0][1].step == 1:
            numbers = [(row, index) for index in range(height)]
        made = sweep.results[0] * sweep.results[1]
        place = Place(made, sweep.groups * sweep.columns, sweep.cut.width, lanes, image, numbers, column)
        finish(code, sweep.tail, place, sums, self.loads, self.results)

    def _added_up(self, tile: Tile, sums: Sums) -> Sums:
        """One vector with the sums of lanes for each row."""
        empty = [self.code.number(0.0, tile.dtype, tile.width)] * (self.sweep.cut.width - tile.vectors)
        rows = [sums[start : start + tile.vectors] for start in range(0, len(sums), tile.vectors)]
        return [added_up(self.code, [*row, *empty]) for row in rows]

    def _reduced(self, tile: Tile, rows: list[Emitted], weights: Emitted, part: Emitted | int) -> Sums:
        sweep, code, dtype = self.sweep, self.code, self.sweep.dtype
        taps = [tap for of_phase in sweep.taps for tap in of_phase]
        _, run = sweep.joined
        if not taps:
            return tile.zeros(code)
        is_short = len(sweep.taps) == 1 and len(taps) * run.length <= UNROLLED_STEPS
        if is_short and sweep.is_lanewise:
            sums = tile.zeros(code)
            for offset, packed in taps:
                moved = [code.at(row, offset, dtype) for row in rows]
                sums = run.add(code, tile, moved, code.at(weights, packed, dtype), sums)
            return sums
        bounds = [0]
        for of_phase in sweep.taps:
            bounds.append(bounds[-1] + len(of_phase))
        known = constants(code, [number for tap in taps for number in tap])

        def one_tap(number: Emitted, *sums: Emitted) -> Sums:
            at = code.times(number, 2)
            offset, packed = code.load(known, at, "int64"), code.load(known, code.plus(at, 1), "int64")
            moved = [code.at(row, offset, dtype) for row in rows]
            return run.add(code, tile, moved, code.at(weights, packed, dtype), list(sums))

        if isinstance(part, int):
            first, last = code.index(bounds[part]), code.index(bounds[part + 1])
        else:
            edges = constants(code, bounds)
            first, last = code.load(edges, part, "int64"), code.load(edges, code.plus(part, 1), "int64")
        return code.loop(first, last, one_tap, carried=tile.zeros(code))
