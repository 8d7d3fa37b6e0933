"""How a nest becomes instructions: loops over kept axes, vectors, totals carried over the reduced axes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from llvmlite import ir

from wiregrad.engine.backends.llvm import mathematics
from wiregrad.engine.backends.llvm.arithmetic import apply
from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.instruction import Instruction
from wiregrad.engine.ir import ITEM_BYTES, DType, is_float, is_unsigned

if TYPE_CHECKING:
    from wiregrad.engine.backends.llvm.kernels.nest import Nest

How = Literal["sum", "max", "min"]
COMBINED_BY: dict[How, str] = {"sum": "add", "max": "maximum", "min": "minimum"}
Strides = tuple[int, ...]

BLOCK = 64
"""Elements that one unit of work has where the innermost axis is shared among threads: whole cache lines."""


@dataclass(frozen=True)
class Access:
    """How an array is walked: element strides over the axes of the nest."""

    dtype: DType
    strides: Strides


class Loops:
    """Emits the loops of one nest. `offsets` has one element offset for each pointer."""

    def __init__(self, nest: Nest, code: Code, pointers: Sequence[Emitted]) -> None:
        self.nest = nest
        self.code = code
        self.pointers = pointers
        results = Access("float32", nest.kept_strides)
        self.accesses = [*nest.reads, *nest.writes, *[results] * len(nest.reductions)]
        self.written = len(nest.reads)
        self.totals = self.written + len(nest.writes)

    def _moved(self, offsets: Sequence[Emitted], axis: int, index: Emitted) -> list[Emitted]:
        steps = {access.strides[axis] for access in self.accesses}
        products = {step: self.code.times(index, step) for step in steps}
        return [
            self.code.plus(offset, products[access.strides[axis]])
            for offset, access in zip(offsets, self.accesses, strict=True)
        ]

    def outer(self, axes: Sequence[int], shared: tuple[Emitted, Emitted] | None) -> None:
        start = [self.code.index(0)] * len(self.accesses)
        self._outer(list(axes), shared, start)

    def _bounds(
        self, axis: int, shared: tuple[Emitted, Emitted] | None
    ) -> tuple[Emitted | int, Emitted | int]:
        if shared is not None and axis == self.nest.shared_axis:
            return shared
        return 0, self.nest.extents[axis]

    def _outer(self, axes: list[int], shared: tuple[Emitted, Emitted] | None, offsets: list[Emitted]) -> None:
        if not axes:
            self._innermost(shared, offsets)
            return
        axis, *rest = axes
        begin, end = self._bounds(axis, shared)
        self.code.loop(begin, end, lambda index: self._outer(rest, shared, self._moved(offsets, axis, index)))

    def _innermost(self, shared: tuple[Emitted, Emitted] | None, offsets: list[Emitted]) -> None:
        nest = self.nest
        if nest.vector_axis is None:
            self._at_place(offsets, 0, 1)
        elif nest.is_reduced_inside:
            self._store_totals(offsets, self._reduced_rows(offsets), 0, 1)
        else:
            begin, end = self._bounds(nest.vector_axis, shared)
            self._along_vectors(offsets, begin, end)

    def _along_vectors(self, offsets: list[Emitted], begin: Emitted | int, end: Emitted | int) -> None:
        """The innermost axis in steps of several vectors, then of one, then of one element."""
        nest = self.nest
        extent = nest.extents[-1]
        for count, width in self._variants(nest.several if nest.reductions else 1):
            step = count * (width or 1)
            if step <= extent:
                begin = self._steps(offsets, begin, end, count, width)
            if extent % step == 0 and BLOCK % step == 0:
                return

    def _variants(self, several: int) -> list[tuple[int, int]]:
        """How many vectors of how many lanes at once: what does not fit the first is left to the next."""
        lanes = self.nest.lanes
        return list(dict.fromkeys([(several, lanes), (1, lanes), (1, 0)]))

    def _steps(
        self, offsets: list[Emitted], begin: Emitted | int, end: Emitted | int, count: int, width: int
    ) -> Emitted | int:
        """As many whole steps as fit; where they end."""
        code, axis = self.code, self.nest.vector_axis
        assert axis is not None  # noqa: S101 - asked before
        step = count * (width or 1)
        last: Emitted | int
        if isinstance(begin, int) and isinstance(end, int):
            last = begin + (end - begin) // step * step
            if last == begin:
                return begin
        else:
            first = code.index(begin) if isinstance(begin, int) else begin
            length = code.builder.sub(code.index(end) if isinstance(end, int) else end, first)
            rest = code.builder.srem(length, code.index(step)) if step > 1 else code.index(0)
            last = code.builder.sub(code.index(end) if isinstance(end, int) else end, rest)
            last = code.most(last, first)

        def turn(index: Emitted) -> None:
            self._at_place(self._moved(offsets, axis, index), width, count)

        code.loop(begin, last, turn, step=step)
        return last

    # ---- One place of the kept axes ----

    def _at_place(self, offsets: list[Emitted], width: int, count: int) -> None:
        """`count` vectors from here on: stored at once, or reduced over the reduced axes first."""
        if not self.nest.reductions:
            self._formula(offsets, width, count)
            return
        start = [self._start(number, width) for number in range(len(self.nest.reductions))] * count
        totals = self._over(
            self.nest.reduced_axes, offsets, start, lambda o, t: self._add(o, t, width, count)
        )
        self._store_totals(offsets, totals, width, count)

    def _over(
        self,
        axes: Sequence[int],
        offsets: list[Emitted],
        totals: Sequence[Emitted],
        body: Callable[[list[Emitted], Sequence[Emitted]], Sequence[Emitted]],
    ) -> Sequence[Emitted]:
        """Loops over reduced axes that carry the totals."""
        if not axes:
            return body(offsets, totals)
        axis, *rest = axes
        return self.code.loop(
            0,
            self.nest.extents[axis],
            lambda index, *kept: self._over(rest, self._moved(offsets, axis, index), kept, body),
            carried=totals,
        )

    def _add(
        self, offsets: list[Emitted], totals: Sequence[Emitted], width: int, count: int
    ) -> list[Emitted]:
        found = self._formula(offsets, width, count)
        hows = [*self.nest.reductions] * count
        dtypes = [*self._total_dtypes()] * count
        return [
            self._combined(how, dtype, total, new)
            for how, dtype, total, new in zip(hows, dtypes, totals, found, strict=True)
        ]

    def _formula(self, offsets: Sequence[Emitted], width: int, count: int) -> list[Emitted]:
        """Compute and store `count` neighboring vectors; what is to be reduced comes back."""
        code, nest, axis = self.code, self.nest, self.nest.vector_axis
        found: list[Emitted] = []
        for number in range(count):
            given = []
            for access, pointer, offset in zip(nest.reads, self.pointers, offsets, strict=False):
                stride = access.strides[axis] if axis is not None else 0
                place = code.plus(offset, number * (width or 1) * stride)
                given.append(code.load(pointer, place, access.dtype, width, stride))
            results = nest.formula.emit(code, given, width)
            for position, access in enumerate(nest.writes, self.written):
                stride = access.strides[axis] if axis is not None else 0
                place = code.plus(offsets[position], number * (width or 1) * stride)
                value = results[position - self.written]
                code.store(value, self.pointers[position], place, access.dtype, stride)
            found += results[len(nest.writes) :]
        return found

    # ---- Totals ----

    def _total_dtypes(self) -> list[DType]:
        numbers = self.nest.formula.results[len(self.nest.writes) :]
        return [self.nest.formula.dtypes[number] for number in numbers]

    def _start(self, number: int, width: int) -> Emitted:
        how, dtype = self.nest.reductions[number], self._total_dtypes()[number]
        return self.code.number(_neutral(how, dtype), dtype, width)

    def _combined(self, how: How, dtype: DType, a: Emitted, b: Emitted) -> Emitted:
        if is_float(dtype) and how != "sum":
            return mathematics.emit(self.code.builder, COMBINED_BY[how], a, b)
        instruction = Instruction(COMBINED_BY[how], (0, 1), dtype, dtype)
        return apply(self.code, instruction.name, [a, b], instruction, 0)

    def _store_totals(
        self, offsets: Sequence[Emitted], totals: Sequence[Emitted], width: int, count: int
    ) -> None:
        dtypes = self._total_dtypes()
        for number, total in enumerate(totals):
            vector, reduction = divmod(number, len(dtypes))
            position = self.totals + reduction
            place = self.code.plus(offsets[position], vector * (width or 1))
            self.code.store(total, self.pointers[position], place, dtypes[reduction])

    def _reduced_rows(self, offsets: list[Emitted]) -> list[Emitted]:
        """Reduce over the reduced axes and the innermost one: vectors, then their lanes, then the rest."""
        nest = self.nest
        axis = nest.vector_axis
        assert axis is not None  # noqa: S101 - asked before
        extent = nest.extents[axis]
        count = len(nest.reductions)
        scalars = [self._start(number, 0) for number in range(count)]
        done = 0
        for several, width in self._variants(nest.several):
            step = several * (width or 1)
            steps = (extent - done) // step
            if not steps:
                continue
            scalars = self._part_of_rows(offsets, (done, done + steps * step), scalars, several, width)
            done += steps * step
        return scalars

    def _part_of_rows(
        self, offsets: list[Emitted], part: tuple[int, int], scalars: list[Emitted], several: int, width: int
    ) -> list[Emitted]:
        """The scalars combined with those of a part of the innermost axis."""
        nest = self.nest
        axis = nest.vector_axis
        assert axis is not None  # noqa: S101 - asked before
        count = len(nest.reductions)
        start = [self._start(number, width) for number in range(count)] * several if width else scalars

        def row(offsets: list[Emitted], totals: Sequence[Emitted]) -> Sequence[Emitted]:
            return self.code.loop(
                *part,
                lambda index, *kept: self._add(self._moved(offsets, axis, index), kept, width, several),
                step=several * (width or 1),
                carried=totals,
            )

        totals = list(self._over(nest.reduced_axes, offsets, start, row))
        if not width:
            return totals
        dtypes = self._total_dtypes()
        for number, (how, dtype) in enumerate(zip(nest.reductions, dtypes, strict=True)):
            vectors = totals[number::count]
            while len(vectors) > 1:
                pairs = zip(vectors[::2], vectors[1::2], strict=True)
                vectors = [self._combined(how, dtype, a, b) for a, b in pairs]
            scalars[number] = self._combined(
                how, dtype, scalars[number], self._across(how, dtype, vectors[0])
            )
        return scalars

    def _across(self, how: How, dtype: DType, vector: Emitted) -> Emitted:
        """The lanes combined: halves with halves."""
        builder = self.code.builder
        width = vector.type.count
        while width > 1:
            width //= 2
            undefined = ir.Constant(vector.type, ir.Undefined)
            low, high = (
                builder.shuffle_vector(
                    vector, undefined, ir.Constant(ir.VectorType(ir.IntType(32), width), numbers)
                )
                for numbers in (list(range(width)), list(range(width, 2 * width)))
            )
            vector = self._combined(how, dtype, low, high)
        return self.code.lane(vector, 0)


def _neutral(how: How, dtype: DType) -> float | int:
    """What changes nothing when combined."""
    if how == "sum":
        return 0
    if is_float(dtype):
        return -math.inf if how == "max" else math.inf
    bits = 8 * ITEM_BYTES[dtype]
    if is_unsigned(dtype):
        return 0 if how == "max" else (1 << bits) - 1
    return -(1 << (bits - 1)) if how == "max" else (1 << (bits - 1)) - 1
