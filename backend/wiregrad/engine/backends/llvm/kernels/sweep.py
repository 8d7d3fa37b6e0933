"""A window that sweeps over images: what convolutions and the gradients of their inputs have in common.

A thread copies an image with its padding into its own memory, so that there are no borders afterwards, and packs
the weights into panels. Pixels are the rows of the product, their addresses stand in a table, and the window's
places are the outer loop of the reduction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.cutting import Cut, constants, cut
from wiregrad.engine.backends.llvm.kernels.geometry import Axis, Phase
from wiregrad.engine.backends.llvm.kernels.microkernel import Run, Sums, Tile
from wiregrad.engine.backends.llvm.kernels.packing import copy_image, load_lanes
from wiregrad.engine.backends.llvm.kernels.tail import Place, Tail, finish
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, DType

PACKED_BYTES = 256 << 10
"""So much of the weights is packed at a time; the images are gone through once for each."""

LINE = 64


@dataclass(frozen=True)
class Sweep:
    """Everything static; strides are in elements. Pointers: source, weights, loads, results.

    A unit of work is a tile of pixels in all the panels that are packed together.
    """

    dtype: DType
    images: int
    axes: tuple[Axis, Axis]
    results: tuple[int, int]
    """Height and width of the result."""
    groups: int
    depth: int
    """Channels read by each group."""
    columns: int
    """Channels made by each group."""
    source: tuple[int, int, int, int]
    """Strides over (image, row, column, channel)."""
    weights: tuple[int, int, int, int, int]
    """Strides over (row, column, channel read, channel made, group)."""
    tail: Tail
    target: Target

    # ---- Shape ----

    @property
    def _is_lanewise(self) -> bool:
        """Each channel has its own window: vectors run along the channels of both operands."""
        return self.depth == self.columns == 1 and self.groups > 1

    @cached_property
    def _cut(self) -> Cut:
        pixels = tuple(rows.count * columns.count for rows, columns in self._phases)
        columns = self.groups if self._is_lanewise else self.columns
        return cut(self.target, self.dtype, pixels, columns)

    @cached_property
    def _phases(self) -> list[tuple[Phase, Phase]]:
        return [(rows, columns) for rows in self.axes[0].phases for columns in self.axes[1].phases]

    @property
    def _all_panels(self) -> int:
        return self._cut.panels if self._is_lanewise else self._cut.panels * self.groups

    @property
    def _panel_items(self) -> int:
        """Elements of one panel of packed weights."""
        return len(self._places) * (1 if self._is_lanewise else self.depth) * self._cut.panel

    @cached_property
    def _together(self) -> int:
        """Panels that are packed together."""
        nbytes = max(1, self._panel_items * ITEM_BYTES[self.dtype])
        return max(1, min(self._all_panels, PACKED_BYTES // nbytes))

    @property
    def extent(self) -> int:
        return -(-self._all_panels // self._together) * self.images * self._cut.tiles

    @property
    def flops(self) -> int:
        multiplied = sum(
            rows.count * len(rows.taps) * columns.count * len(columns.taps) for rows, columns in self._phases
        )
        return 2 * self.images * multiplied * self.groups * self.depth * self.columns

    # ---- Where the pixels are ----

    @property
    def _is_direct(self) -> bool:
        """Nothing but what is in the image is read."""
        is_dense = self.source[3] == 1 or self.groups * self.depth == 1
        return is_dense and not self._is_lanewise and all(axis.is_inside for axis in self.axes)

    @property
    def _channels(self) -> int:
        """Of a pixel in the thread's copy."""
        channels = self.groups * self.depth
        return -(-channels // self._cut.panel) * self._cut.panel if self._is_lanewise else channels

    @cached_property
    def _strides(self) -> tuple[int, int, int]:
        """Over (row, column, channel) of what the product reads."""
        if self._is_direct:
            return self.source[1:]
        return self.axes[1].region * self._channels, self._channels, 1

    @property
    def _low(self) -> tuple[int, int]:
        """The pixel that the product's addresses start from."""
        return (0, 0) if self._is_direct else (self.axes[0].low, self.axes[1].low)

    # ---- Places of the window ----

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        """In the order in which weights are packed."""
        return [
            (row, column)
            for rows, columns in self._phases
            for row, _ in rows.taps
            for column, _ in columns.taps
        ]

    @cached_property
    def _joined(self) -> tuple[int, Run]:
        """How many places of a window's row are one run of the reduction, and the run."""
        row_stride, pixel, channel = self._strides
        depth = 1 if self._is_lanewise else self.depth
        apart = self.axes[1].even_taps
        if apart and depth == 1:
            return apart[0], Run(apart[0], apart[1] * pixel, self._cut.panel)
        if apart and apart[1] * pixel == depth * channel:
            return apart[0], Run(apart[0] * depth, channel, self._cut.panel)
        return 1, Run(depth, channel, self._cut.panel)

    @cached_property
    def _taps(self) -> list[list[tuple[int, int]]]:
        """For each phase the runs of its reduction: offsets into the image, and of rows into a packed panel."""
        joined, depth = self._joined[0], 1 if self._is_lanewise else self.depth
        found, packed = [], 0
        for rows, columns in self._phases:
            of_phase = []
            for _, down in rows.taps:
                for _, across in columns.taps[::joined]:
                    offset = (down - self._low[0]) * self._strides[0] + (
                        across - self._low[1]
                    ) * self._strides[1]
                    of_phase.append((offset, packed * depth))
                    packed += joined
            found.append(of_phase)
        return found

    # ---- Memory of a thread: packed weights, the image, a table of the pixels ----

    @property
    def _image_items(self) -> int:
        return 0 if self._is_direct else self.axes[0].region * self._strides[0]

    @property
    def _pixels(self) -> int:
        return sum(self._cut.parts)

    def _bytes(self) -> list[int]:
        item = ITEM_BYTES[self.dtype]
        sizes = [self._together * self._panel_items * item, self._image_items * item, 16 * self._pixels]
        return [-(-size // LINE) * LINE for size in sizes]

    @property
    def scratch_bytes(self) -> int:
        return sum(self._bytes())

    # ---- Code ----

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        if not self.extent or not self._all_panels:
            return
        Emission(self, code, pointers, scratch).emit(begin, end)


class Emission:
    """One emission of a sweep: the pointers, and what stands where in the thread's memory."""

    def __init__(self, sweep: Sweep, code: Code, pointers: Sequence[Emitted], scratch: Emitted) -> None:
        self.sweep, self.code = sweep, code
        self.source, self.weights = pointers[:2]
        loads = 2 + len(sweep.tail.loads)
        self.loads, self.results = pointers[2:loads], pointers[loads:]
        weights, image, _ = sweep._bytes()
        self.packed = scratch
        self.image = code.at(scratch, weights, "bool")
        self.table = code.at(scratch, weights + image, "bool")

    def emit(self, begin: Emitted, end: Emitted) -> None:
        sweep, code, builder = self.sweep, self.code, self.code.builder
        tiles, images = code.index(sweep._cut.tiles), code.index(sweep.images)
        self._list_pixels()
        if not sweep._is_direct:
            code.fill_zero(self.image, sweep._image_items * ITEM_BYTES[sweep.dtype])
        start = builder.udiv(begin, tiles)

        def one_image(number: Emitted) -> None:
            before = builder.mul(number, tiles)
            first = code.most(builder.sub(begin, before), code.index(0))
            last = code.least(builder.sub(end, before), tiles)
            image, together = builder.urem(number, images), builder.udiv(number, images)
            panel = code.times(together, sweep._together)
            after = code.least(code.plus(panel, sweep._together), code.index(sweep._all_panels))
            is_new = builder.or_(
                builder.icmp_unsigned("==", number, start), builder.icmp_unsigned("==", image, code.index(0))
            )
            code.when(is_new, lambda: self._pack(panel, after))
            pixels = code.at(self.source, code.times(image, sweep.source[0]), sweep.dtype)
            if not sweep._is_direct:
                self._copy(pixels)
                pixels = self.image
            self._panels(image, pixels, panel, after, first, last)

        code.loop(start, builder.udiv(builder.add(end, code.index(sweep._cut.tiles - 1)), tiles), one_image)

    def _list_pixels(self) -> None:
        """For each pixel of the result, in the order of tiles: where it starts to read, and its number."""
        sweep, code, done = self.sweep, self.code, 0
        for rows, columns in sweep._phases:

            def one_row(row: Emitted, rows: Phase = rows, columns: Phase = columns, done: int = done) -> None:
                offset = code.times(row, rows.move * sweep._strides[0])
                number = code.times(code.plus(code.times(row, rows.step), rows.start), sweep.results[1])
                entry = code.plus(code.times(row, columns.count), done)

                def one_pixel(column: Emitted) -> None:
                    at = code.times(code.plus(entry, column), 2)
                    read = code.plus(offset, code.times(column, columns.move * sweep._strides[1]))
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
        to = code.at(self.image, target[0] * sweep._strides[0] + target[1] * sweep._strides[1], sweep.dtype)
        shape = (extents[0], extents[1], sweep.groups * sweep.depth)
        copy_image(code, from_, to, sweep.dtype, shape, sweep.source[1:], sweep._strides)

    def _pack(self, first: Emitted, last: Emitted) -> None:
        sweep, code = self.sweep, self.code
        row, column, channel, made, group = sweep.weights
        offsets = [place[0] * row + place[1] * column for place in sweep._places]
        if not offsets:
            return
        places = constants(code, offsets)
        depth = 1 if sweep._is_lanewise else sweep.depth
        stride = group if sweep._is_lanewise else made

        def one_panel(panel: Emitted) -> None:
            into = code.at(
                self.packed, code.times(code.builder.sub(panel, first), sweep._panel_items), sweep.dtype
            )
            of_group, within = self._divided(panel)
            start = code.plus(code.times(of_group, group), code.times(within, sweep._cut.panel * stride))

            def one_place(number: Emitted, lanes: tuple[int, ...]) -> None:
                source = code.at(
                    self.weights, code.plus(start, code.load(places, number, "int64")), sweep.dtype
                )

                def one_channel(step: Emitted) -> None:
                    at = code.times(code.plus(code.times(number, depth), step), sweep._cut.panel)
                    for vector, count in enumerate(lanes):
                        lead = vector * sweep._cut.width
                        offset = code.plus(code.times(step, channel), lead * stride)
                        row = load_lanes(code, source, offset, sweep.dtype, sweep._cut.width, count, stride)
                        code.store(row, into, code.plus(at, lead), sweep.dtype)

                code.loop(0, depth, one_channel)

            sweep._cut.over_panels(
                code,
                within,
                lambda lanes: _nothing(code.loop(0, len(offsets), lambda number: one_place(number, lanes))),
            )

        code.loop(first, last, one_panel)

    def _divided(self, panel: Emitted) -> tuple[Emitted, Emitted]:
        """The group of a panel, and its number within the group."""
        code, panels = self.code, self.sweep._cut.panels
        if self.sweep._is_lanewise or self.sweep.groups == 1:
            return code.index(0), panel
        return code.builder.udiv(panel, code.index(panels)), code.builder.urem(panel, code.index(panels))

    def _panels(
        self, image: Emitted, pixels: Emitted, panel: Emitted, after: Emitted, first: Emitted, last: Emitted
    ) -> None:
        sweep, code = self.sweep, self.code

        def one_panel(number: Emitted) -> None:
            group, within = self._divided(number)
            weights = code.at(
                self.packed, code.times(code.builder.sub(number, panel), sweep._panel_items), sweep.dtype
            )
            lead = code.times(group, sweep.depth * sweep._strides[2])
            if sweep._is_lanewise:
                lead = code.times(within, sweep._cut.panel)
            here = code.at(pixels, lead, sweep.dtype)
            column = code.plus(code.times(group, sweep.columns), code.times(within, sweep._cut.panel))

            def with_lanes(lanes: tuple[int, ...]) -> None:
                def tile(row: Emitted, height: int, part: Emitted | int) -> None:
                    self._tile(image, here, weights, lanes, row, height, part, column)

                sweep._cut.over_tiles(code, first, last, tile)

            sweep._cut.over_panels(code, within, with_lanes)

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
        tile = Tile(dtype, height, len(lanes), sweep._cut.width, sweep._is_lanewise)
        entries = [code.times(code.plus(row, index), 2) for index in range(height)]
        rows = [code.at(pixels, code.load(self.table, entry, "int64"), dtype) for entry in entries]
        sums = self._reduced(tile, rows, weights, part)
        numbers = [(code.load(self.table, code.plus(entry, 1), "int64"), 0) for entry in entries]
        if len(sweep._phases) == 1 and sweep._phases[0][0].step == sweep._phases[0][1].step == 1:
            numbers = [(row, index) for index in range(height)]
        made = sweep.results[0] * sweep.results[1]
        place = Place(made, sweep.groups * sweep.columns, sweep._cut.width, lanes, image, numbers, column)
        finish(code, sweep.tail, place, sums, self.loads, self.results)

    def _reduced(self, tile: Tile, rows: list[Emitted], weights: Emitted, part: Emitted | int) -> Sums:
        sweep, code, dtype = self.sweep, self.code, self.sweep.dtype
        taps = [tap for of_phase in sweep._taps for tap in of_phase]
        _, run = sweep._joined
        if not taps:
            return tile.zeros(code)
        bounds = [0]
        for of_phase in sweep._taps:
            bounds.append(bounds[-1] + len(of_phase))
        known = constants(
            code, [number for offset, packed in taps for number in (offset, packed * sweep._cut.panel)]
        )

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


def _nothing(_: object) -> None:
    """Drop a result."""
