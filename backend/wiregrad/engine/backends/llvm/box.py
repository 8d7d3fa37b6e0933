"""Nests of loops over a box of elements; a sum of much into little is cut into parts that threads share."""

from __future__ import annotations

import math
from dataclasses import dataclass

from wiregrad.engine.backends.llvm.axes import collapsed, contiguous_strides
from wiregrad.engine.backends.llvm.draft import Draft, Spot, Temporary
from wiregrad.engine.backends.llvm.formula import Formula
from wiregrad.engine.backends.llvm.kernels.loops import Access, How
from wiregrad.engine.backends.llvm.kernels.nest import Nest
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import ITEM_BYTES, DType, Shape

PARTS = (32, 16, 8, 4, 2)
WORTH_PARTS = 32_768
"""Elements from which on a sum into few totals is cut into parts that threads share."""


@dataclass(frozen=True)
class Box:
    extents: Shape
    reads: tuple[Access, ...]
    formula: Formula
    writes: tuple[Access, ...]
    reductions: tuple[How, ...]
    reduced: tuple[bool, ...]

    def drafts(
        self, target: Target, reads: tuple[Spot, ...], writes: tuple[Spot, ...], results: tuple[Spot, ...]
    ) -> list[Draft]:
        axis = self._axis_to_cut()
        if axis is None:
            return [Draft(self.nest(target), reads, (*writes, *results))]
        parts = next(count for count in PARTS if self.extents[axis] % count == 0)
        cut = self._cut(axis, parts)
        dtypes = self._total_dtypes()
        kept = math.prod(n for n, flag in zip(cut.extents, cut.reduced, strict=True) if not flag)
        partial = [Temporary(kept * ITEM_BYTES[dtype]) for dtype in dtypes]
        first = Draft(cut.nest(target), reads, (*writes, *map(Spot, partial)))
        shape = tuple(n for n, flag in zip(cut.extents, cut.reduced, strict=True) if not flag)
        place = sum(not flag for flag in cut.reduced[:axis])
        flags = tuple(number == place for number in range(len(shape)))
        rest = []
        for temporary, how, dtype, result in zip(partial, self.reductions, dtypes, results, strict=True):
            access = Access(dtype, contiguous_strides(shape))
            box = Box(shape, (access,), Formula((dtype,), (), (), (0,)), (), (how,), flags)
            rest.append(Draft(box.nest(target), (Spot(temporary),), (result,)))
        return [first, *rest]

    def _total_dtypes(self) -> list[DType]:
        return [self.formula.dtypes[number] for number in self.formula.results[len(self.writes) :]]

    def _axis_to_cut(self) -> int | None:
        """The reduced axis to be cut into parts, where there is much to add up into few totals."""
        kept = math.prod(n for n, flag in zip(self.extents, self.reduced, strict=True) if not flag)
        if not self.reductions or math.prod(self.extents) < WORTH_PARTS or kept > 1024:
            return None
        fitting = (axis for axis, flag in enumerate(self.reduced) if flag)
        return next((a for a in fitting if any(self.extents[a] % n == 0 for n in PARTS)), None)

    def _cut(self, axis: int, parts: int) -> Box:
        rest = self.extents[axis] // parts

        def split(access: Access) -> Access:
            step = access.strides[axis]
            return Access(
                access.dtype, (*access.strides[:axis], step * rest, step, *access.strides[axis + 1 :])
            )

        return Box(
            (*self.extents[:axis], parts, rest, *self.extents[axis + 1 :]),
            tuple(map(split, self.reads)),
            self.formula,
            tuple(map(split, self.writes)),
            self.reductions,
            (*self.reduced[:axis], False, True, *self.reduced[axis + 1 :]),
        )

    def nest(self, target: Target) -> Nest:
        walks = [access.strides for access in (*self.reads, *self.writes)]
        extents, strides, flags = collapsed(self.extents, walks, self.reduced)
        accesses = [
            Access(access.dtype, walk)
            for access, walk in zip((*self.reads, *self.writes), strides, strict=True)
        ]
        return Nest(
            extents,
            tuple(accesses[: len(self.reads)]),
            self.formula,
            tuple(accesses[len(self.reads) :]),
            self.reductions,
            flags,
            target,
        )
