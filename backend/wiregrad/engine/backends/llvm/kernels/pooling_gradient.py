"""The gradient of max pooling over NHWC. `pooling` says which element of a window wins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernel import Layout, contiguous
from wiregrad.engine.backends.llvm.kernels.strides import Bound, over_rows, over_vectors, scaled
from wiregrad.engine.backends.llvm.kernels.windows import (
    Place,
    Sight,
    Windowed,
    common_width,
    contest,
    over_windows,
    over_windows_backwards,
)
from wiregrad.engine.ir import ITEM_BYTES
from wiregrad.engine.ops.window import Window

LINE_CHANNELS = 16


@dataclass(frozen=True)
class MaxPoolGradient(Windowed):
    """Pointers x, y, g, result: the g of each window goes where y, its largest element, stands in x.

    A unit is a row of one image of y if windows do not overlap: then each element is written once. Else it is
    some channels of one image, and windows add to it from the last to the first: so an element gets its sum
    in the order of its places in the windows, as in the plain kernel.
    """

    x: Layout
    y: Layout
    g: Layout
    window: Window
    name = "max pool gradient"

    @property
    def result(self) -> Layout:
        return contiguous(self.x.dtype, self.x.shape)

    @property
    def extent(self) -> int:
        images, height, width, channels = self.x.shape
        units = channels // self._grain if self.windows.overlap else self.windows.rows.outputs
        return images * units if height * width else 0

    @property
    def _grain(self) -> int:
        """Channels that one thread adds to: a line of the cache, where the channels can be cut so."""
        return LINE_CHANNELS if self.x.shape[3] % LINE_CHANNELS == 0 else 1

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        if not self.extent:
            return
        if self.windows.overlap:
            self._add(code, pointers, begin, end)
        else:
            self._distribute(code, pointers, begin, end)

    def _distribute(self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted) -> None:
        dtype, result = self.x.dtype, pointers[3]

        def put(place: Place, offset: Emitted, given: Emitted) -> None:
            if place.inside is None:
                code.store(given, result, offset, dtype)
            else:
                code.when(place.inside, lambda: code.store(given, result, offset, dtype))

        def clear(image: Emitted, row: Emitted) -> None:
            first, last = self.windows.rows.band(code, row)
            per_image, per_row = self.result.strides[:2]
            offset = code.plus(code.times(image, per_image), code.times(first, per_row))
            nbytes = code.times(code.builder.sub(last, first), per_row * ITEM_BYTES[dtype])
            code.fill_zero(code.at(result, offset, dtype), nbytes)

        def keep(image: Emitted, row: Emitted) -> None:
            """Every element will be written."""

        def pixel(sight: Sight) -> None:
            self._give(code, pointers, sight, 0, self.x.shape[3], put)

        over_windows(code, self.windows, begin, end, pixel, keep if self.windows.cover else clear)

    def _add(self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted) -> None:
        dtype, result = self.x.dtype, pointers[3]
        _, height, columns, channels = self.x.shape

        def put(place: Place, offset: Emitted, given: Emitted) -> None:
            width = given.type.count if isinstance(given.type, ir.VectorType) else 0
            before = code.load(result, offset, dtype, width)
            code.store(code.builder.fadd(before, given), result, offset, dtype)

        def image_part(image: Emitted, first: Bound, last: Bound) -> None:
            first, last = (scaled(code, bound, self._grain) for bound in (first, last))

            def clear(pixel: Emitted) -> None:
                start = code.times(pixel, channels)

                def clear_channels(channel: Emitted, width: int) -> None:
                    zero = code.number(0.0, dtype, width)
                    code.store(zero, result, code.plus(start, channel), dtype)

                width = common_width(code, self.result)
                over_vectors(code, first, last, width, clear_channels, self._grain)

            before = code.times(image, height * columns)
            code.loop(before, code.plus(before, height * columns), clear)
            over_windows_backwards(
                code,
                self.windows,
                image,
                lambda sight: self._give(code, pointers, sight, first, last, put),
            )

        over_rows(code, begin, end, channels // self._grain, image_part)

    def _give(
        self,
        code: Code,
        pointers: Sequence[Emitted],
        sight: Sight,
        first: Bound,
        last: Bound,
        put: Callable[[Place, Emitted, Emitted], None],
    ) -> None:
        """`put(place, offset, what it gets)` for each place of a window, in some of its channels."""
        x, y, g, _ = pointers

        def channels(channel: Emitted, width: int) -> None:
            largest = sight.load_output(self.y, y, channel, width)
            cotangent = sight.load_output(self.g, g, channel, width)

            def give(place: Place, is_open: Emitted) -> list[Emitted]:
                value = sight.load(self.x, x, place, channel, width)
                wins, is_open = contest(code, place, value, largest, is_open)
                given = code.builder.select(wins, cotangent, code.number(0.0, self.x.dtype, width))
                put(place, sight.at_place(self.result, place, channel), given)
                return [is_open]

            sight.fold([code.number(True, "bool", width)], give)

        width = common_width(code, self.x, self.y, self.g)
        over_vectors(code, first, last, width, channels, self._grain)
