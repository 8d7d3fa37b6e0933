"""The innermost loops of every product: sums of a tile stay in registers while A and B go past.

The idea is the batch-reduce product of Georganas et al., "High-Performance Deep Learning via a Single
Building Block" (arXiv 1906.06440): for each step of a reduction, one element of A per row, repeated in all
lanes, times a few vectors of B. Where the elements are, and what comes around these loops, is all that tells
a linear layer from a convolution or a gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernels.pairs import BITS, multiply_add
from wiregrad.engine.ir import DType

Sums = list[Emitted]
"""Row by row, the vectors of a tile."""

UNROLLED_WHOLE = 9
"""A run of so many steps has no loop."""

LONG = 96
UNROLLED = {True: 4, False: 2}
"""Steps in each turn of a loop, of a long run and of a shorter one."""


Operand = Literal["element", "vectors", "vector"]
"""What a row of A gives at each step: an element for all lanes; a vector for each of B's, where every column
has a reduction of its own (depthwise convolutions); or one for all of B's, where lanes are added up later."""


@dataclass(frozen=True)
class Tile:
    """Sums that registers hold at once: rows by vectors of `width` lanes."""

    dtype: DType
    rows: int
    vectors: int
    width: int
    of_a: Operand = "element"
    is_paired: bool = False
    """Whether elements of A and B are pairs of bfloat16, and a step is two."""

    @property
    def element(self) -> DType:
        """What A and B hold."""
        return BITS if self.is_paired else self.dtype

    @property
    def columns(self) -> int:
        return self.vectors * self.width

    def zeros(self, code: Code) -> Sums:
        return [code.number(0.0, self.dtype, self.width)] * (self.rows * self.vectors)


@dataclass(frozen=True)
class Run:
    """Steps of a reduction over which A and B advance evenly, in elements."""

    length: int
    a_step: int
    b_step: int

    def add(self, code: Code, tile: Tile, rows: Sequence[Emitted], b: Emitted, sums: Sums) -> Sums:
        """Sums with all steps added; `rows` and `b` are addresses of the first step's elements."""
        if self.length <= UNROLLED_WHOLE:
            return self._steps(code, tile, rows, b, sums, self.length)
        unrolled = UNROLLED[self.length >= LONG]
        looped = self.length - self.length % unrolled

        def turn(step: Emitted, *carried: Emitted) -> Sums:
            return self._steps(
                code, tile, *self._advanced(code, tile, rows, b, step), list(carried), unrolled
            )

        sums = code.loop(0, looped, turn, step=unrolled, carried=sums)
        rest = self._advanced(code, tile, rows, b, code.index(looped))
        return self._steps(code, tile, *rest, sums, self.length - looped)

    def _advanced(
        self, code: Code, tile: Tile, rows: Sequence[Emitted], b: Emitted, step: Emitted
    ) -> tuple[list[Emitted], Emitted]:
        a_offset = code.times(step, self.a_step)
        return [code.at(row, a_offset, tile.element) for row in rows], code.at(
            b, code.times(step, self.b_step), tile.element
        )

    def _steps(
        self, code: Code, tile: Tile, rows: Sequence[Emitted], b: Emitted, sums: Sums, count: int
    ) -> Sums:
        for step in range(count):
            sums = _step(code, tile, rows, self.a_step * step, b, self.b_step * step, sums)
        return sums


def _step(
    code: Code, tile: Tile, rows: Sequence[Emitted], a_offset: int, b: Emitted, b_offset: int, sums: Sums
) -> Sums:
    vectors = [code.load(b, b_offset + tile.width * n, tile.element, tile.width) for n in range(tile.vectors)]
    added = []
    for number, row in enumerate(rows):
        of_row = _elements(code, tile, row, a_offset)
        before = sums[number * tile.vectors : (number + 1) * tile.vectors]
        added += [
            multiply_add(code, a, vector, total)
            if tile.is_paired
            else code.intrinsic("llvm.fmuladd", a, vector, total)
            for a, vector, total in zip(of_row, vectors, before, strict=True)
        ]
    return added


def _elements(code: Code, tile: Tile, row: Emitted, offset: int) -> list[Emitted]:
    """For each vector of a row's sums, what it is multiplied by."""
    if tile.of_a == "vector":
        return [code.load(row, offset, tile.dtype, tile.width)] * tile.vectors
    if tile.of_a == "vectors":
        return [code.load(row, offset + tile.width * n, tile.dtype, tile.width) for n in range(tile.vectors)]
    return [code.splat(code.load(row, offset, tile.element), tile.width)] * tile.vectors
