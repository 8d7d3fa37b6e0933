"""Max pooling over NHWC, and the transpose of its gradient; vectors run along the channels.

Of equal elements the first in row-major order wins. NaN is the largest element of a window that has one, and
then the window's first place wins. Places in the padding take part as -inf.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernel import Layout, contiguous
from wiregrad.engine.backends.llvm.kernels.strides import over_vectors
from wiregrad.engine.backends.llvm.kernels.windows import (
    Place,
    Sight,
    Windowed,
    common_width,
    contest,
    over_windows,
)
from wiregrad.engine.ops.window import Window


class _Reduced(Windowed):
    """What has one element for each window. A unit is a row of one image of the result."""

    @property
    def result(self) -> Layout:
        return contiguous(self.x.dtype, self.windows.output)

    @property
    def extent(self) -> int:
        return self.x.shape[0] * self.windows.rows.outputs


@dataclass(frozen=True)
class MaxPool(_Reduced):
    """Pointers x, result."""

    x: Layout
    window: Window
    name = "max pool"

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        x, result = pointers
        width = common_width(code, self.x)
        # Then the element nearest to a place outside is in the window, and counts twice.
        is_dense = self.window.dilation == (1, 1)

        def pixel(sight: Sight) -> None:
            def channels(channel: Emitted, width: int) -> None:
                lowest = code.number(-math.inf, self.x.dtype, width)

                def grow(place: Place, largest: Emitted) -> list[Emitted]:
                    value = sight.load(self.x, x, place, channel, width)
                    grown = _larger(code, largest, value)
                    return [grown if is_dense else place.or_else(code, grown, largest)]

                (largest,) = sight.fold([lowest], grow)
                code.store(largest, result, sight.at_output(self.result, channel), self.x.dtype)

            over_vectors(code, 0, self.x.shape[3], width, channels)

        over_windows(code, self.windows, begin, end, pixel)


@dataclass(frozen=True)
class MaxPoolPick(_Reduced):
    """Pointers x, y, v, result: what stands in v where y, each window's largest element, stands in x.

    It is 0 where that is in the padding, and where no element is as large as y.
    """

    x: Layout
    y: Layout
    v: Layout
    window: Window
    name = "max pool pick"

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        x, y, v, result = pointers
        dtype = self.x.dtype
        width = common_width(code, self.x, self.y, self.v)

        def pixel(sight: Sight) -> None:
            def channels(channel: Emitted, width: int) -> None:
                largest = sight.load_output(self.y, y, channel, width)

                def pick(place: Place, picked: Emitted, is_open: Emitted) -> list[Emitted]:
                    value = sight.load(self.x, x, place, channel, width)
                    wins, is_open = contest(code, place, value, largest, is_open)
                    chosen = sight.load(self.v, v, place, channel, width)
                    return [code.builder.select(wins, chosen, picked), is_open]

                nothing = [code.number(0.0, dtype, width), code.number(True, "bool", width)]
                picked, _ = sight.fold(nothing, pick)
                code.store(picked, result, sight.at_output(self.result, channel), dtype)

            over_vectors(code, 0, self.x.shape[3], width, channels)

        over_windows(code, self.windows, begin, end, pixel)


def _larger(code: Code, a: Emitted, b: Emitted) -> Emitted:
    """The larger; NaN if either is."""
    larger = code.builder.select(code.builder.fcmp_ordered(">", a, b), a, b)
    return code.builder.select(code.builder.fcmp_unordered("uno", a, a), a, larger)
