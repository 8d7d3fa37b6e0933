"""Which pixels a window reads, as loops with even steps.

A convolution reads, for each pixel of its output, pixels of the input. The gradient of its input reads pixels
of the output's gradient; with a stride, input pixels differ in which places of the window reached them, by
their remainder: each remainder is a phase, and within one phase everything is even again.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from wiregrad.engine.ops.window import Window


@dataclass(frozen=True)
class Phase:
    """Along one axis: results start + step * i, i < count, read move * i + shift for each (place, shift)."""

    start: int
    step: int
    count: int
    move: int
    taps: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Axis:
    """One axis of images: how many pixels are read, and by which phases."""

    extent: int
    phases: tuple[Phase, ...]

    def _reads(self) -> Iterator[tuple[int, int]]:
        for phase in self.phases:
            for _, shift in phase.taps:
                yield shift, shift + phase.move * (phase.count - 1)

    @property
    def low(self) -> int:
        """The least pixel that is read; below 0 in the padding."""
        return min((first for first, _ in self._reads()), default=0)

    @property
    def region(self) -> int:
        """How many pixels there are from the least to the largest that is read."""
        return max((last for _, last in self._reads()), default=-1) + 1 - self.low

    @property
    def is_inside(self) -> bool:
        return self.low >= 0 and self.low + self.region <= self.extent

    @property
    def even_taps(self) -> tuple[int, int] | None:
        """How many taps each phase has, and their distance, where all with any agree."""
        shifts = [[shift for _, shift in phase.taps] for phase in self.phases if phase.taps]
        counts = {len(found) for found in shifts}
        distances = {b - a for found in shifts for a, b in itertools.pairwise(found)}
        if len(counts) != 1 or len(distances) > 1:
            return None
        return counts.pop(), distances.pop() if distances else 1


def forward(window: Window, axis: int, extent: int, outputs: int) -> Axis:
    """Of a convolution; `axis` is 0 for the vertical one."""
    before, dilation = window.padding[axis][0], window.dilation[axis]
    taps = tuple((place, place * dilation - before) for place in range(window.size[axis]))
    return Axis(extent, (Phase(0, 1, outputs, window.stride[axis], taps),))


def backward(window: Window, axis: int, extent: int, outputs: int) -> Axis:
    """Of the gradient of its input; `extent` is that of the input, `outputs` that of what is read."""
    stride, before, dilation = window.stride[axis], window.padding[axis][0], window.dilation[axis]
    phases = []
    for start in range(min(stride, extent)):
        reached = [(place, start + before - place * dilation) for place in range(window.size[axis])]
        taps = [(place, distance // stride) for place, distance in reached if distance % stride == 0]
        count = -(-(extent - start) // stride)
        phases.append(Phase(start, stride, count, 1, tuple(reversed(taps))))
    return Axis(outputs, tuple(phases))
