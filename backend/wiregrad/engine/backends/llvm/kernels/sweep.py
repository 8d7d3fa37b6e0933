"""A window that sweeps over images: what convolutions and the gradients of their inputs have in common.

A thread copies an image with its padding into its own memory, so that there are no borders afterwards, and
packs the weights into panels. Pixels are the rows of the product, their addresses stand in a table, and the
window's places are the outer loop of the reduction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.cutting import Cut, cut
from wiregrad.engine.backends.llvm.kernels.geometry import Axis, Phase
from wiregrad.engine.backends.llvm.kernels.microkernel import Run
from wiregrad.engine.backends.llvm.kernels.pairs import NARROWEST, pairs
from wiregrad.engine.backends.llvm.kernels.sweep_code import Emission
from wiregrad.engine.backends.llvm.kernels.tail import Tail
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, DType
from wiregrad.engine.passes.buffers import aligned

PACKED_BYTES = 256 << 10
"""So much of the weights is packed at a time; the images are gone through once for each."""

PIXELS_OF_DOTS = {1: 8, 2: 4, 3: 4}
"""By channels that are made, for how many pixels sixteen registers have room where lanes are added up."""


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
    holds_bfloat16: bool = False
    """Whether both operands do, and the target multiplies pairs of it."""

    # ---- Shape ----

    @property
    def is_lanewise(self) -> bool:
        """Each channel has its own window: vectors run along the channels of both operands."""
        return self.depth == self.columns == 1 and self.groups > 1

    @property
    def is_dotted(self) -> bool:
        """Few channels are made of many: vectors run along those read, and their lanes are added up."""
        return self.groups == 1 and self.columns in PIXELS_OF_DOTS and self.depth >= self.lanes > 2

    @property
    def is_paired(self) -> bool:
        """Channels of the copies are pairs of bfloat16, and a step of the reduction is two."""
        return self.holds_bfloat16 and self.groups == 1 and self.depth > 1 and not self.is_dotted

    @property
    def steps(self) -> int:
        """Of the reduction, for each place in the window."""
        return pairs(self.depth) if self.is_paired else 1 if self.is_lanewise else self.depth

    @property
    def lanes(self) -> int:
        return self.target.lanes(self.dtype)

    @cached_property
    def cut(self) -> Cut:
        pixels = tuple(rows.count * columns.count for rows, columns in self.phases)
        if self.is_dotted:
            most = PIXELS_OF_DOTS[self.columns] * (1 if self.target.registers <= 16 else 2)
            return Cut(pixels, self.columns, most, 1, 1 << (self.columns - 1).bit_length())
        columns = self.groups if self.is_lanewise else self.columns
        return cut(self.target, self.dtype, pixels, columns, NARROWEST if self.is_paired else 1)

    @cached_property
    def phases(self) -> list[tuple[Phase, Phase]]:
        return [(rows, columns) for rows in self.axes[0].phases for columns in self.axes[1].phases]

    @property
    def all_panels(self) -> int:
        return self.cut.panels if self.is_lanewise else self.cut.panels * self.groups

    @property
    def place_items(self) -> int:
        """Elements of a packed panel for each place in the window."""
        if self.is_dotted:
            return self._channels * self.columns
        return self.steps * self.cut.panel

    @property
    def panel_items(self) -> int:
        """Elements of one panel of packed weights."""
        return len(self.places) * self.place_items

    @cached_property
    def together(self) -> int:
        """Panels that are packed together."""
        nbytes = max(1, self.panel_items * ITEM_BYTES[self.dtype])
        return max(1, min(self.all_panels, PACKED_BYTES // nbytes))

    @property
    def extent(self) -> int:
        return -(-self.all_panels // self.together) * self.images * self.cut.tiles

    @property
    def flops(self) -> int:
        multiplied = sum(
            rows.count * len(rows.taps) * columns.count * len(columns.taps) for rows, columns in self.phases
        )
        return 2 * self.images * multiplied * self.groups * self.depth * self.columns

    # ---- Where the pixels are ----

    @property
    def is_direct(self) -> bool:
        """Nothing but what is in the image is read."""
        is_dense = self.source[3] == 1 or self.groups * self.depth == 1
        is_even = not self.is_dotted or self.depth % self.lanes == 0
        is_dense = is_dense and is_even and not self.is_lanewise and not self.is_paired
        return is_dense and all(axis.is_inside for axis in self.axes)

    @property
    def _channels(self) -> int:
        """Of a pixel in the thread's copy."""
        channels = self.groups * (self.steps if self.is_paired else self.depth)
        whole = self.cut.panel if self.is_lanewise else self.lanes if self.is_dotted else 1
        return -(-channels // whole) * whole

    @cached_property
    def strides(self) -> tuple[int, int, int]:
        """Over (row, column, channel) of what the product reads."""
        if self.is_direct:
            return self.source[1:]
        return self.axes[1].region * self._channels, self._channels, 1

    @property
    def _low(self) -> tuple[int, int]:
        """The pixel that the product's addresses start from."""
        return (0, 0) if self.is_direct else (self.axes[0].low, self.axes[1].low)

    # ---- Places of the window ----

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """In the order in which weights are packed."""
        return [
            (row, column)
            for rows, columns in self.phases
            for row, _ in rows.taps
            for column, _ in columns.taps
        ]

    @cached_property
    def joined(self) -> tuple[int, Run]:
        """How many places of a window's row are one run of the reduction, and the run."""
        _, pixel, channel = self.strides
        depth = self.steps
        apart = self.axes[1].even_taps
        if self.is_dotted:
            together = apart[0] if apart and apart[1] * pixel == self._channels else 1
            steps = self._channels // self.lanes
            return together, Run(together * steps, self.lanes, self.columns * self.lanes)
        if apart and depth == 1:
            return apart[0], Run(apart[0], apart[1] * pixel, self.cut.panel)
        if apart and apart[1] * pixel == depth * channel:
            return apart[0], Run(apart[0] * depth, channel, self.cut.panel)
        return 1, Run(depth, channel, self.cut.panel)

    @cached_property
    def taps(self) -> list[list[tuple[int, int]]]:
        """For each phase the runs of its reduction: where they start in the image and in a packed panel."""
        joined, (row, pixel, _) = self.joined[0], self.strides
        found, packed = [], 0
        for rows, columns in self.phases:
            of_phase = []
            for _, down in rows.taps:
                for _, across in columns.taps[::joined]:
                    offset = (down - self._low[0]) * row + (across - self._low[1]) * pixel
                    of_phase.append((offset, packed * self.place_items))
                    packed += joined
            found.append(of_phase)
        return found

    # ---- Memory of a thread: packed weights, the image, a table of the pixels ----

    @property
    def image_items(self) -> int:
        return 0 if self.is_direct else self.axes[0].region * self.strides[0]

    @property
    def _pixels(self) -> int:
        return sum(self.cut.parts)

    def sizes(self) -> list[int]:
        item = ITEM_BYTES[self.dtype]
        sizes = [self.together * self.panel_items * item, self.image_items * item, 16 * self._pixels]
        return [aligned(size) for size in sizes]

    @property
    def scratch_bytes(self) -> int:
        return sum(self.sizes())

    # ---- Code ----

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        if not self.extent or not self.all_panels:
            return
        Emission(self, code, pointers, scratch).emit(begin, end)
