"""One of the two axes that windows move over."""

from __future__ import annotations

from dataclasses import dataclass

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.strides import Bound

Position = tuple[Emitted, Emitted | None]
"""Along an axis: an index that exists, and whether it is the one that was meant; None where it always is."""


@dataclass(frozen=True)
class Track:
    """One axis that windows move over."""

    extent: int
    size: int
    stride: int
    dilation: int
    before: int
    after: int

    @property
    def reach(self) -> int:
        return (self.size - 1) * self.dilation + 1

    @property
    def outputs(self) -> int:
        return (self.before + self.extent + self.after - self.reach) // self.stride + 1

    @property
    def overlap(self) -> bool:
        return self.outputs > 1 and self.stride < self.reach

    @property
    def cover(self) -> bool:
        """Whether each element is in exactly one window, and windows have no other places."""
        is_dense = self.reach == self.size and (self.stride == self.size or self.outputs == 1)
        return self.before == 0 and is_dense and self.outputs * self.size == self.extent

    @property
    def is_inside(self) -> bool:
        """Whether no place of any window stands in the padding."""
        return self.before == 0 and (self.outputs - 1) * self.stride + self.reach <= self.extent

    def position(self, code: Code, output: Emitted, place: Bound) -> Position:
        """Where a place of a window stands, moved to the nearest element if it is outside; whether inside.

        None where all are.
        """
        place = code.index(place) if isinstance(place, int) else place
        start = code.plus(code.times(output, self.stride), -self.before)
        at = code.plus(start, code.times(place, self.dilation))
        if self.is_inside:
            return at, None
        inside = code.builder.icmp_unsigned("<", at, code.index(self.extent))
        return code.least(code.most(at, code.index(0)), code.index(self.extent - 1)), inside

    def band(self, code: Code, output: Emitted) -> tuple[Emitted, Emitted]:
        """The first and the last + 1 of the elements from where this window starts to where the next does."""
        zero, extent = code.index(0), code.index(self.extent)
        start = code.plus(code.times(output, self.stride), -self.before)
        stop = code.least(code.plus(start, self.stride), extent)
        is_last = code.builder.icmp_signed("==", output, code.index(self.outputs - 1))
        return code.most(start, zero), code.builder.select(is_last, extent, code.most(stop, zero))
