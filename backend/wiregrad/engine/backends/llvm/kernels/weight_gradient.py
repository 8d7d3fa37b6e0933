"""The gradients of convolutions for their weights.

Rows of the product are (place in the window, channel read), columns are filters, and the reduction goes over
the pixels of all images. A thread copies a few images with their padding at a time and adds what they give to
the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.cutting import Cut, cut
from wiregrad.engine.backends.llvm.kernels.geometry import Axis, Phase, forward
from wiregrad.engine.backends.llvm.kernels.weight_gradient_code import Emission
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, DType, Shape
from wiregrad.engine.ops.window import Window
from wiregrad.engine.passes.buffers import aligned

Strides = tuple[int, int, int, int]

PIXELS_AT_ONCE = 128
"""What a tile reads of so many pixels, a cache line of x and one of g each, stays in the nearest cache."""

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
    def depth(self) -> int:
        """Channels read by each group."""
        return self.x_shape[3] // self.groups

    @property
    def filters(self) -> int:
        """Of each group."""
        return self.g_shape[3] // self.groups

    @property
    def is_lanewise(self) -> bool:
        return self.depth == self.filters == 1 and self.groups > 1

    @cached_property
    def axes(self) -> tuple[Axis, Axis]:
        first, second = (
            forward(self.window, axis, self.x_shape[axis + 1], self.g_shape[axis + 1]) for axis in range(2)
        )
        return first, second

    @cached_property
    def phases(self) -> tuple[Phase, Phase]:
        return self.axes[0].phases[0], self.axes[1].phases[0]

    @cached_property
    def cut(self) -> Cut:
        rows = self.window.size[0] * self.window.size[1] * self.depth
        columns = self.groups if self.is_lanewise else self.filters
        found = cut(self.target, self.dtype, (rows,), columns)
        even = -(-rows // (found.tiles + 1))
        is_odd = found.units * self.groups % 2 == 1 and found.tiles > 1
        return replace(found, most_rows=even) if is_odd and even >= WORTH_ROWS else found

    @property
    def extent(self) -> int:
        return self.cut.units * (1 if self.is_lanewise else self.groups)

    @property
    def flops(self) -> int:
        images, rows, columns, filters = self.g_shape
        return 2 * images * rows * columns * filters * self.cut.parts[0]

    # ---- A block of images ----

    @property
    def together(self) -> int:
        """Images in a block."""
        pixels = max(1, self.g_shape[1] * self.g_shape[2])
        return max(1, min(self.x_shape[0], -(-PIXELS_AT_ONCE // pixels)))

    @property
    def lines(self) -> int:
        """Lines of pixels that are gone through at once."""
        lines = self.together * self.g_shape[1]
        at_once = max(1, min(lines, round(PIXELS_AT_ONCE / self.g_shape[2])))
        return -(-lines // -(-lines // at_once))

    @property
    def is_direct(self) -> bool:
        """x is read where it is."""
        is_dense = self.x_strides[3] == 1 or self.x_shape[3] == 1
        return is_dense and not self.is_lanewise and all(axis.is_inside for axis in self.axes)

    @property
    def is_packed(self) -> bool:
        """Panels of g are copied."""
        if self.g_strides[3] != 1 or self.cut.columns % self.cut.width:
            return True
        return self.cut.tiles > FEW_TILES and self.cut.panels * (1 if self.is_lanewise else self.groups) > 1

    @cached_property
    def image(self) -> Strides:
        """Strides over (image, row, column, channel) of what stands for x."""
        if self.is_direct:
            return self.x_strides
        channels = self.x_shape[3]
        if self.is_lanewise:
            channels = -(-channels // self.cut.panel) * self.cut.panel
        if channels * ITEM_BYTES[self.dtype] % CROWDED == 0:
            channels += LINE // ITEM_BYTES[self.dtype]
        height, width = self.axes[0].region, self.axes[1].region
        return height * width * channels, width * channels, channels, 1

    @property
    def gradient_line(self) -> int:
        """Elements of a line of pixels in a packed panel."""
        return self.g_shape[2] * self.cut.panel

    @property
    def low(self) -> tuple[int, int]:
        return (0, 0) if self.is_direct else (self.axes[0].low, self.axes[1].low)

    def sizes(self) -> list[int]:
        """Of the images, the packed gradient, the table of rows and that of lines of pixels."""
        item = ITEM_BYTES[self.dtype]
        sizes = [
            0 if self.is_direct else self.together * self.image[0] * item,
            self.lines * self.gradient_line * item if self.is_packed else 0,
            8 * self.cut.parts[0],
            16 * self.together * self.g_shape[1],
        ]
        return [aligned(size) for size in sizes]

    @property
    def scratch_bytes(self) -> int:
        return sum(self.sizes())

    # ---- Code ----

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        if self.extent:
            Emission(self, code, pointers, scratch).emit(begin, end)
