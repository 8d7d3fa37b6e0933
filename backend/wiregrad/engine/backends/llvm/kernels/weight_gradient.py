"""The gradients of convolutions for their weights.

Rows of the product are (place in the window, channel read), columns are filters, and the reduction goes over the
pixels of all images. A thread copies a few images with their padding at a time and adds what they give to the
result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.cutting import Cut, cut
from wiregrad.engine.backends.llvm.kernels.geometry import Axis, Phase, forward
from wiregrad.engine.backends.llvm.kernels.microkernel import Run, Sums, Tile
from wiregrad.engine.backends.llvm.kernels.packing import copy_image, pack_panel
from wiregrad.engine.backends.llvm.kernels.tail import add_tile, clear_tile
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, DType, Shape
from wiregrad.engine.ops.window import Window

Strides = tuple[int, int, int, int]

PIXELS_AT_ONCE = 128
"""What a tile reads of so many pixels, a cache line of x and one of g for each, stays in the nearest cache."""

FEW_TILES = 2
"""A panel of g that is read no more often is not worth a copy."""

WORTH_ROWS = 4
"""Tiles are made smaller down to so many rows, to be shared evenly by two threads."""

LINE = 64

CROWDED = 256
"""Pixels so many bytes apart, or a multiple, would share few places of the nearest cache."""


@dataclass(frozen=True)
class WeightGradient:
    """Of x NHWC and the output's gradient g. Pointers: x, g, result, which is contiguous HWIO.

    A unit of work is a tile of rows in a panel of filters, for all images.
    """

    dtype: DType
    x_shape: Shape
    g_shape: Shape
    window: Window
    groups: int
    x_strides: Strides
    g_strides: Strides
    target: Target
    name = "weight gradient"

    # ---- Shape ----

    @property
    def _depth(self) -> int:
        """Channels read by each group."""
        return self.x_shape[3] // self.groups

    @property
    def _filters(self) -> int:
        """Of each group."""
        return self.g_shape[3] // self.groups

    @property
    def _is_lanewise(self) -> bool:
        return self._depth == self._filters == 1 and self.groups > 1

    @cached_property
    def _axes(self) -> tuple[Axis, Axis]:
        first, second = (
            forward(self.window, axis, self.x_shape[axis + 1], self.g_shape[axis + 1]) for axis in range(2)
        )
        return first, second

    @cached_property
    def _phases(self) -> tuple[Phase, Phase]:
        return self._axes[0].phases[0], self._axes[1].phases[0]

    @cached_property
    def _cut(self) -> Cut:
        rows = self.window.size[0] * self.window.size[1] * self._depth
        columns = self.groups if self._is_lanewise else self._filters
        found = cut(self.target, self.dtype, (rows,), columns)
        even = -(-rows // (found.tiles + 1))
        is_odd = found.tiles * found.panels * self.groups % 2 == 1 and found.tiles > 1
        return replace(found, most_rows=even) if is_odd and even >= WORTH_ROWS else found

    @property
    def extent(self) -> int:
        return self._cut.tiles * self._cut.panels * (1 if self._is_lanewise else self.groups)

    @property
    def flops(self) -> int:
        images, rows, columns, filters = self.g_shape
        return 2 * images * rows * columns * filters * self._cut.parts[0]

    # ---- A block of images ----

    @property
    def _together(self) -> int:
        """Images in a block."""
        pixels = max(1, self.g_shape[1] * self.g_shape[2])
        return max(1, min(self.x_shape[0], -(-PIXELS_AT_ONCE // pixels)))

    @property
    def _lines(self) -> int:
        """Lines of pixels that are gone through at once."""
        lines = self._together * self.g_shape[1]
        at_once = max(1, min(lines, round(PIXELS_AT_ONCE / self.g_shape[2])))
        return -(-lines // -(-lines // at_once))

    @property
    def _is_direct(self) -> bool:
        """x is read where it is."""
        is_dense = self.x_strides[3] == 1 or self.x_shape[3] == 1
        return is_dense and not self._is_lanewise and all(axis.is_inside for axis in self._axes)

    @property
    def _is_packed(self) -> bool:
        """Panels of g are copied."""
        if self.g_strides[3] != 1 or self._cut.columns % self._cut.width:
            return True
        return (
            self._cut.tiles > FEW_TILES and self._cut.panels * (1 if self._is_lanewise else self.groups) > 1
        )

    @cached_property
    def _image(self) -> Strides:
        """Strides over (image, row, column, channel) of what stands for x."""
        if self._is_direct:
            return self.x_strides
        channels = self.x_shape[3]
        if self._is_lanewise:
            channels = -(-channels // self._cut.panel) * self._cut.panel
        if channels * ITEM_BYTES[self.dtype] % CROWDED == 0:
            channels += LINE // ITEM_BYTES[self.dtype]
        height, width = self._axes[0].region, self._axes[1].region
        return height * width * channels, width * channels, channels, 1

    @property
    def _gradient_line(self) -> int:
        """Elements of a line of pixels in a packed panel."""
        return self.g_shape[2] * self._cut.panel

    @property
    def _low(self) -> tuple[int, int]:
        return (0, 0) if self._is_direct else (self._axes[0].low, self._axes[1].low)

    def _bytes(self) -> list[int]:
        """Of the images, the packed gradient, the table of rows and that of lines of pixels."""
        item = ITEM_BYTES[self.dtype]
        sizes = [
            0 if self._is_direct else self._together * self._image[0] * item,
            self._lines * self._gradient_line * item if self._is_packed else 0,
            8 * self._cut.parts[0],
            16 * self._together * self.g_shape[1],
        ]
        return [-(-size // LINE) * LINE for size in sizes]

    @property
    def scratch_bytes(self) -> int:
        return sum(self._bytes())

    # ---- Code ----

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        if self.extent:
            Emission(self, code, pointers, scratch).emit(begin, end)


class Emission:
    """One emission of the kernel: the pointers, and what stands where in the thread's memory."""

    def __init__(
        self, kernel: WeightGradient, code: Code, pointers: Sequence[Emitted], scratch: Emitted
    ) -> None:
        self.kernel, self.code = kernel, code
        self.x, self.g, self.result = pointers
        starts = [sum(kernel._bytes()[:number]) for number in range(4)]
        self.images, self.packed, self.rows, self.lines = (
            code.at(scratch, start, "bool") for start in starts
        )

    def emit(self, begin: Emitted, end: Emitted) -> None:
        kernel, code = self.kernel, self.code
        self._over_panels(begin, end, self._clear)
        if not kernel.x_shape[0]:
            return
        self._list_rows()
        self._list_lines()
        if not kernel._is_direct:
            code.fill_zero(self.images, kernel._bytes()[0])

        def block(image: Emitted) -> None:
            left = code.builder.sub(code.index(kernel.x_shape[0]), image)
            count = code.least(left, code.index(kernel._together))
            x = code.at(self.x, code.times(image, kernel.x_strides[0]), kernel.dtype)
            g = code.at(self.g, code.times(image, kernel.g_strides[0]), kernel.dtype)
            if not kernel._is_direct:
                self._copy(x, count)
                x = self.images
            self._over_panels(begin, end, lambda *place: self._panel(x, g, count, *place))

        code.loop(0, kernel.x_shape[0], block, step=kernel._together)

    def _over_panels(self, begin: Emitted, end: Emitted, body: object) -> None:
        """`body(panel, group, first tile, last tile)`"""
        kernel, code, builder = self.kernel, self.code, self.code.builder
        tiles, panels = kernel._cut.tiles, code.index(kernel._cut.panels)

        def one_panel(number: Emitted) -> None:
            before = code.times(number, tiles)
            first = code.most(builder.sub(begin, before), code.index(0))
            last = code.least(builder.sub(end, before), code.index(tiles))
            if kernel._is_lanewise or kernel.groups == 1:
                body(number, code.index(0), first, last)  # type: ignore[operator]
            else:
                body(builder.urem(number, panels), builder.udiv(number, panels), first, last)  # type: ignore[operator]

        stop = builder.udiv(builder.add(end, code.index(tiles - 1)), code.index(tiles))
        code.loop(builder.udiv(begin, code.index(tiles)), stop, one_panel)

    # ---- Tables and copies ----

    def _list_rows(self) -> None:
        """Where in an image each row of the product starts to read."""
        kernel, code = self.kernel, self.code
        _, row, pixel, channel = kernel._image
        done = 0
        for _, down in kernel._phases[0].taps:
            for _, across in kernel._phases[1].taps:
                start = (down - kernel._low[0]) * row + (across - kernel._low[1]) * pixel

                def one_channel(number: Emitted, start: int = start, done: int = done) -> None:
                    offset = code.plus(code.times(number, channel), start)
                    code.store(offset, self.rows, code.plus(number, done), "int64")

                code.loop(0, kernel._depth, one_channel)
                done += kernel._depth

    def _list_lines(self) -> None:
        """Where each line of pixels starts, in the images of a block and in the gradient."""
        kernel, code = self.kernel, self.code
        lines, move = kernel.g_shape[1], kernel._phases[0].move

        def one_image(image: Emitted) -> None:
            def one_line(line: Emitted) -> None:
                at = code.times(code.plus(code.times(image, lines), line), 2)
                x = code.plus(code.times(image, kernel._image[0]), code.times(line, move * kernel._image[1]))
                g = code.plus(code.times(image, kernel.g_strides[0]), code.times(line, kernel.g_strides[1]))
                code.store(x, self.lines, at, "int64")
                code.store(g, self.lines, code.plus(at, 1), "int64")

            code.loop(0, lines, one_line)

        code.loop(0, kernel._together, one_image)

    def _copy(self, x: Emitted, count: Emitted) -> None:
        kernel, code, dtype = self.kernel, self.code, self.kernel.dtype
        starts = [max(0, axis.low) for axis in kernel._axes]
        ends = [min(axis.extent, axis.low + axis.region) for axis in kernel._axes]
        shape = (max(0, ends[0] - starts[0]), max(0, ends[1] - starts[1]), kernel.x_shape[3])
        source = starts[0] * kernel.x_strides[1] + starts[1] * kernel.x_strides[2]
        low = kernel._low
        target = (starts[0] - low[0]) * kernel._image[1] + (starts[1] - low[1]) * kernel._image[2]

        def one_image(image: Emitted) -> None:
            from_ = code.at(x, code.plus(code.times(image, kernel.x_strides[0]), source), dtype)
            to = code.at(self.images, code.plus(code.times(image, kernel._image[0]), target), dtype)
            copy_image(code, from_, to, dtype, shape, kernel.x_strides[1:], kernel._image[1:])

        code.loop(0, count, one_image)

    def _pack(self, g: Emitted, first: Emitted, last: Emitted, lanes: tuple[int, ...]) -> None:
        """The panel's columns of the gradient, for some of the block's lines."""
        kernel, code, dtype = self.kernel, self.code, self.kernel.dtype

        def one_line(line: Emitted) -> None:
            start = code.load(self.lines, code.plus(code.times(line, 2), 1), "int64")
            source, target = code.at(g, start, dtype), self._packed_line(line, first)
            shape = (kernel.g_shape[2], kernel.g_strides[2:])
            pack_panel(code, source, target, dtype, *shape, kernel._cut.width, lanes, kernel._cut.panel)

        code.loop(first, last, one_line)

    def _packed_line(self, line: Emitted, first: Emitted) -> Emitted:
        offset = self.code.times(self.code.builder.sub(line, first), self.kernel._gradient_line)
        return self.code.at(self.packed, offset, self.kernel.dtype)

    # ---- Sums ----

    def _clear(self, panel: Emitted, group: Emitted, first: Emitted, last: Emitted) -> None:
        kernel, code = self.kernel, self.code

        def with_lanes(lanes: tuple[int, ...]) -> None:
            def one_row(row: Emitted) -> None:
                tile = Tile(kernel.dtype, 1, len(lanes), kernel._cut.width)
                clear_tile(code, tile, lanes, self._at(row, panel, group), kernel.g_shape[3])

            code.loop(kernel._cut.first_row(code, first), kernel._cut.first_row(code, last), one_row)

        kernel._cut.over_panels(code, panel, with_lanes)

    def _at(self, row: Emitted, panel: Emitted, group: Emitted) -> Emitted:
        """Where the result's rows from this one on stand, in the columns of a panel."""
        kernel, code = self.kernel, self.code
        column = code.plus(code.times(group, kernel._filters), code.times(panel, kernel._cut.panel))
        return code.at(self.result, code.plus(code.times(row, kernel.g_shape[3]), column), kernel.dtype)

    def _panel(
        self,
        x: Emitted,
        g: Emitted,
        count: Emitted,
        panel: Emitted,
        group: Emitted,
        first: Emitted,
        last: Emitted,
    ) -> None:
        kernel, code, dtype = self.kernel, self.code, self.kernel.dtype
        column = code.plus(code.times(group, kernel._filters), code.times(panel, kernel._cut.panel))
        g = code.at(g, code.times(column, kernel.g_strides[3]), dtype)
        lead = (
            code.times(panel, kernel._cut.panel)
            if kernel._is_lanewise
            else code.times(group, kernel._depth * kernel._image[3])
        )
        x = code.at(x, lead, dtype)

        lines = code.times(count, kernel.g_shape[1])

        def with_lanes(lanes: tuple[int, ...]) -> None:
            def some_lines(start: Emitted) -> None:
                stop = code.least(code.plus(start, kernel._lines), lines)
                if kernel._is_packed:
                    self._pack(g, start, stop, lanes)
                kernel._cut.over_tiles(code, first, last, lambda *tile: one_tile(start, stop, *tile))

            def one_tile(
                start: Emitted, stop: Emitted, row: Emitted, height: int, part: Emitted | int
            ) -> None:
                tile = Tile(dtype, height, len(lanes), kernel._cut.width, kernel._is_lanewise)
                rows = [
                    code.at(x, code.load(self.rows, code.plus(row, index), "int64"), dtype)
                    for index in range(height)
                ]
                sums = self._reduced(tile, rows, g, start, stop)
                add_tile(code, tile, lanes, sums, self._at(row, panel, group), kernel.g_shape[3])

            code.loop(0, lines, some_lines, step=kernel._lines)

        kernel._cut.over_panels(code, panel, with_lanes)

    def _reduced(self, tile: Tile, rows: list[Emitted], g: Emitted, start: Emitted, stop: Emitted) -> Sums:
        kernel, code, dtype = self.kernel, self.code, self.kernel.dtype
        pixel = kernel._cut.panel if kernel._is_packed else kernel.g_strides[2]
        run = Run(kernel.g_shape[2], kernel._phases[1].move * kernel._image[2], pixel)

        def one_line(number: Emitted, *sums: Emitted) -> Sums:
            at = code.times(number, 2)
            moved = [code.at(row, code.load(self.lines, at, "int64"), dtype) for row in rows]
            if kernel._is_packed:
                line = self._packed_line(number, start)
            else:
                line = code.at(g, code.load(self.lines, code.plus(at, 1), "int64"), dtype)
            return run.add(code, tile, moved, line, list(sums))

        return code.loop(start, stop, one_line, carried=tile.zeros(code))
