"""Loops over the elements of an array: elementwise formulas, copies and reductions, all in one pass."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.formula import Formula
from wiregrad.engine.backends.llvm.kernels.loops import BLOCK, Access, How, Loops, Strides
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, Shape

WORTH_SHARING = 16
"""An axis so long is shared though a shorter one lies outside it."""

SHORT_FORMULA = 12
"""So many instructions are repeated for several vectors at a time; longer formulas keep it busy alone."""

VECTORS_AT_ONCE = 4


@dataclass(frozen=True)
class Nest:
    """A formula for every index of a box, whose results are stored or reduced over some of the axes.

    Pointers: those that are read, those that are written, the reductions. The formula's results are first
    the written ones, then the reduced ones. Reductions lie contiguous over the axes that are kept.
    """

    extents: Shape
    reads: tuple[Access, ...]
    formula: Formula
    writes: tuple[Access, ...]
    reductions: tuple[How, ...]
    reduced: tuple[bool, ...]
    """For each axis whether it is reduced; all False where nothing is."""
    target: Target

    @property
    def name(self) -> str:
        names = [instruction.name for instruction in self.formula.instructions]
        done = ["reduce_" + how for how in self.reductions]
        shown = names if len(names) < 5 else [*names[:2], f"{len(names) - 3} more", names[-1]]
        return " ".join([*shown, *done]) or "copy"

    @property
    def flops(self) -> int:
        """Counts a move as one."""
        return math.prod(self.extents) * max(1, len(self.formula.instructions) + len(self.reductions))

    @property
    def scratch_bytes(self) -> int:
        return 0

    @property
    def extent(self) -> int:
        axis = self.shared_axis
        if axis is None:
            return 1
        return -(-self.extents[axis] // BLOCK) if axis == self.vector_axis else self.extents[axis]

    # ---- The order of the loops ----

    @cached_property
    def vector_axis(self) -> int | None:
        return len(self.extents) - 1 if self.extents else None

    @cached_property
    def is_reduced_inside(self) -> bool:
        return bool(self.extents) and self.reduced[-1]

    @cached_property
    def outer_axes(self) -> list[int]:
        """Kept axes but the vectors', outermost first."""
        return [
            axis for axis in range(len(self.extents)) if not self.reduced[axis] and axis != self.vector_axis
        ]

    @cached_property
    def reduced_axes(self) -> list[int]:
        return [axis for axis in range(len(self.extents)) if self.reduced[axis] and axis != self.vector_axis]

    @cached_property
    def shared_axis(self) -> int | None:
        """The axis whose parts go to different threads: the outermost that is long enough, or the longest."""
        candidates = list(self.outer_axes)
        if self.vector_axis is not None and not self.is_reduced_inside:
            candidates.append(self.vector_axis)
        blocks = {axis: self.extents[axis] for axis in candidates}
        if self.vector_axis in blocks:
            blocks[self.vector_axis] = -(-blocks[self.vector_axis] // BLOCK)
        long = [axis for axis in candidates if blocks[axis] >= WORTH_SHARING]
        return long[0] if long else max(blocks, key=blocks.__getitem__, default=None)

    @cached_property
    def lanes(self) -> int:
        widest = max((ITEM_BYTES[dtype] for dtype in self.formula.dtypes), default=4)
        return self.target.vector_bytes // (8 if widest == 8 else 4)

    @property
    def several(self) -> int:
        return VECTORS_AT_ONCE if len(self.formula.instructions) <= SHORT_FORMULA else 1

    @cached_property
    def kept_strides(self) -> Strides:
        """Over all axes, those of a contiguous array of the kept ones."""
        strides, step = [0] * len(self.extents), 1
        for axis in reversed(range(len(self.extents))):
            if not self.reduced[axis]:
                strides[axis], step = step, step * self.extents[axis]
        return tuple(strides)

    # ---- Emission ----

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        loops = Loops(self, code, pointers)
        if self.shared_axis is None:
            code.when(code.builder.icmp_signed("<", begin, end), lambda: loops.outer([], None))
            return
        if self.shared_axis == self.vector_axis:
            begin = code.times(begin, BLOCK)
            end = code.least(code.times(end, BLOCK), code.index(self.extents[self.shared_axis]))
        loops.outer(self.outer_axes, (begin, end))
