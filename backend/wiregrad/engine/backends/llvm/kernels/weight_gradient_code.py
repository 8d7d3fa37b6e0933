"""The code of a weight gradient: see `weight_gradient`, which says what there is to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.images import copy_image
from wiregrad.engine.backends.llvm.kernels.microkernel import Operand, Run, Sums, Tile
from wiregrad.engine.backends.llvm.kernels.packing import pack_panel
from wiregrad.engine.backends.llvm.kernels.tail import add_tile, clear_tile

if TYPE_CHECKING:
    from wiregrad.engine.backends.llvm.kernels.weight_gradient import WeightGradient


class Emission:
    """One emission of the kernel: the pointers, and what stands where in the thread's memory."""

    def __init__(
        self, kernel: WeightGradient, code: Code, pointers: Sequence[Emitted], scratch: Emitted
    ) -> None:
        self.kernel, self.code = kernel, code
        self.x, self.g, self.result = pointers
        starts = [sum(kernel.sizes()[:number]) for number in range(4)]
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
        if not kernel.is_direct:
            code.fill_zero(self.images, kernel.sizes()[0])

        def block(image: Emitted) -> None:
            left = code.builder.sub(code.index(kernel.x_shape[0]), image)
            count = code.least(left, code.index(kernel.together))
            x = code.at(self.x, code.times(image, kernel.x_strides[0]), kernel.dtype)
            g = code.at(self.g, code.times(image, kernel.g_strides[0]), kernel.dtype)
            if not kernel.is_direct:
                self._copy(x, count)
                x = self.images
            self._over_panels(begin, end, lambda *place: self._panel(x, g, count, *place))

        code.loop(0, kernel.x_shape[0], block, step=kernel.together)

    def _over_panels(
        self, begin: Emitted, end: Emitted, body: Callable[[Emitted, Emitted, Emitted, Emitted], None]
    ) -> None:
        """`body(panel, group, first tile, last tile)` for each panel that has some of this part's tiles."""
        kernel, code, builder = self.kernel, self.code, self.code.builder
        panels = code.index(kernel.cut.panels)

        def one_panel(number: Emitted, first: Emitted, last: Emitted) -> None:
            if kernel.is_lanewise or kernel.groups == 1:
                body(number, code.index(0), first, last)
            else:
                body(builder.urem(number, panels), builder.udiv(number, panels), first, last)

        kernel.cut.over_units(code, begin, end, one_panel)

    # ---- Tables and copies ----

    def _list_rows(self) -> None:
        """Where in an image each row of the product starts to read."""
        kernel, code = self.kernel, self.code
        _, row, pixel, channel = kernel.image
        done = 0
        for _, down in kernel.phases[0].taps:
            for _, across in kernel.phases[1].taps:
                start = (down - kernel.low[0]) * row + (across - kernel.low[1]) * pixel

                def one_channel(number: Emitted, start: int = start, done: int = done) -> None:
                    offset = code.plus(code.times(number, channel), start)
                    code.store(offset, self.rows, code.plus(number, done), "int64")

                code.loop(0, kernel.depth, one_channel)
                done += kernel.depth

    def _list_lines(self) -> None:
        """Where each line of pixels starts, in the images of a block and in the gradient."""
        kernel, code = self.kernel, self.code
        lines, move = kernel.g_shape[1], kernel.phases[0].move

        def one_image(image: Emitted) -> None:
            def one_line(line: Emitted) -> None:
                at = code.times(code.plus(code.times(image, lines), line), 2)
                x = code.plus(code.times(image, kernel.image[0]), code.times(line, move * kernel.image[1]))
                g = code.plus(code.times(image, kernel.g_strides[0]), code.times(line, kernel.g_strides[1]))
                code.store(x, self.lines, at, "int64")
                code.store(g, self.lines, code.plus(at, 1), "int64")

            code.loop(0, lines, one_line)

        code.loop(0, kernel.together, one_image)

    def _copy(self, x: Emitted, count: Emitted) -> None:
        kernel, code, dtype = self.kernel, self.code, self.kernel.dtype
        starts = [max(0, axis.low) for axis in kernel.axes]
        ends = [min(axis.extent, axis.low + axis.region) for axis in kernel.axes]
        shape = (max(0, ends[0] - starts[0]), max(0, ends[1] - starts[1]), kernel.x_shape[3])
        source = starts[0] * kernel.x_strides[1] + starts[1] * kernel.x_strides[2]
        low = kernel.low
        target = (starts[0] - low[0]) * kernel.image[1] + (starts[1] - low[1]) * kernel.image[2]

        def one_image(image: Emitted) -> None:
            from_ = code.at(x, code.plus(code.times(image, kernel.x_strides[0]), source), dtype)
            to = code.at(self.images, code.plus(code.times(image, kernel.image[0]), target), dtype)
            copy_image(code, from_, to, dtype, shape, kernel.x_strides[1:], kernel.image[1:])

        code.loop(0, count, one_image)

    def _pack(self, g: Emitted, first: Emitted, last: Emitted, lanes: tuple[int, ...]) -> None:
        """The panel's columns of the gradient, for some of the block's lines."""
        kernel, code, dtype = self.kernel, self.code, self.kernel.dtype

        def one_line(line: Emitted) -> None:
            start = code.load(self.lines, code.plus(code.times(line, 2), 1), "int64")
            source, target = code.at(g, start, dtype), self._packed_line(line, first)
            shape = (kernel.g_shape[2], kernel.g_strides[2:])
            pack_panel(code, source, target, dtype, *shape, kernel.cut.width, lanes, kernel.cut.panel)

        code.loop(first, last, one_line)

    def _packed_line(self, line: Emitted, first: Emitted) -> Emitted:
        offset = self.code.times(self.code.builder.sub(line, first), self.kernel.gradient_line)
        return self.code.at(self.packed, offset, self.kernel.dtype)

    # ---- Sums ----

    def _clear(self, panel: Emitted, group: Emitted, first: Emitted, last: Emitted) -> None:
        kernel, code = self.kernel, self.code

        def with_lanes(lanes: tuple[int, ...]) -> None:
            def one_row(row: Emitted) -> None:
                tile = Tile(kernel.dtype, 1, len(lanes), kernel.cut.width)
                clear_tile(code, tile, lanes, self._at(row, panel, group), kernel.g_shape[3])

            code.loop(kernel.cut.first_row(code, first), kernel.cut.first_row(code, last), one_row)

        kernel.cut.over_panels(code, panel, with_lanes)

    def _at(self, row: Emitted, panel: Emitted, group: Emitted) -> Emitted:
        """Where the result's rows from this one on stand, in the columns of a panel."""
        kernel, code = self.kernel, self.code
        column = code.plus(code.times(group, kernel.filters), kernel.cut.first_column(code, panel))
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
        column = code.plus(code.times(group, kernel.filters), kernel.cut.first_column(code, panel))
        g = code.at(g, code.times(column, kernel.g_strides[3]), dtype)
        lead = (
            kernel.cut.first_column(code, panel)
            if kernel.is_lanewise
            else code.times(group, kernel.depth * kernel.image[3])
        )
        x = code.at(x, lead, dtype)

        lines = code.times(count, kernel.g_shape[1])

        def with_lanes(lanes: tuple[int, ...]) -> None:
            def some_lines(start: Emitted) -> None:
                stop = code.least(code.plus(start, kernel.lines), lines)
                if kernel.is_packed:
                    self._pack(g, start, stop, lanes)
                kernel.cut.over_tiles(code, first, last, lambda *tile: one_tile(start, stop, *tile))

            def one_tile(
                start: Emitted, stop: Emitted, row: Emitted, height: int, part: Emitted | int
            ) -> None:
                operand: Operand = "vectors" if kernel.is_lanewise else "element"
                tile = Tile(dtype, height, len(lanes), kernel.cut.width, operand)
                rows = [
                    code.at(x, code.load(self.rows, code.plus(row, index), "int64"), dtype)
                    for index in range(height)
                ]
                sums = self._reduced(tile, rows, g, start, stop)
                add_tile(code, tile, lanes, sums, self._at(row, panel, group), kernel.g_shape[3])

            code.loop(0, lines, some_lines, step=kernel.lines)

        kernel.cut.over_panels(code, panel, with_lanes)

    def _reduced(self, tile: Tile, rows: list[Emitted], g: Emitted, start: Emitted, stop: Emitted) -> Sums:
        kernel, code, dtype = self.kernel, self.code, self.kernel.dtype
        pixel = kernel.cut.panel if kernel.is_packed else kernel.g_strides[2]
        run = Run(kernel.g_shape[2], kernel.phases[1].move * kernel.image[2], pixel)

        def one_line(number: Emitted, *sums: Emitted) -> Sums:
            at = code.times(number, 2)
            moved = [code.at(row, code.load(self.lines, at, "int64"), dtype) for row in rows]
            if kernel.is_packed:
                line = self._packed_line(number, start)
            else:
                line = code.at(g, code.load(self.lines, code.plus(at, 1), "int64"), dtype)
            return run.add(code, tile, moved, line, list(sums))

        return code.loop(start, stop, one_line, carried=tile.zeros(code))
