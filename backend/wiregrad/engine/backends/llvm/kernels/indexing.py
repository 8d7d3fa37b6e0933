"""Gather and scatter-add along one axis by integer indices. A negative index counts from the end.

Memory out of bounds is never touched: an index out of range reads as NaN, 0 or False, and what it would add
is dropped.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wiregrad.engine.backends.llvm.code import INDEX, Code, Emitted
from wiregrad.engine.backends.llvm.kernel import Layout
from wiregrad.engine.backends.llvm.kernels.strides import (
    Bound,
    axes_of,
    even_stride,
    is_row,
    offset_of,
    over_rows,
    over_vectors,
    scaled,
    vector_width,
)
from wiregrad.engine.ir import ITEM_BYTES, is_bool, is_float, is_unsigned

LINE_BYTES = 64
"""Of a row that threads share, each has whole lines, so that they do not write to the same ones."""

LINES_TO_SHARE = 4
"""Threads share rows that are so long; shorter ones they divide among them."""


@dataclass(frozen=True)
class Gather:
    """Pointers x, indices, result. A unit is a row: what one index takes of the axes after its own."""

    x: Layout
    indices: Layout
    axis: int
    name = "gather"
    scratch_bytes = 0
    flops = 0

    @property
    def _count(self) -> int:
        return math.prod(self.indices.shape)

    @property
    def _length(self) -> int:
        return math.prod(self.x.shape[self.axis + 1 :])

    @property
    def extent(self) -> int:
        return math.prod(self.x.shape[: self.axis]) * self._count if self._length else 0

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        x, indices, result = pointers
        dtype = self.x.dtype
        before, numbers = axes_of(self.x, 0, self.axis), axes_of(self.indices)

        def take_for(lead: Emitted, first: Bound, last: Bound) -> None:
            source = code.at(x, offset_of(code, lead, before), dtype)
            start = code.times(lead, self._count)

            def take(number: Emitted) -> None:
                target = code.at(result, code.times(code.plus(start, number), self._length), dtype)
                offset = offset_of(code, number, numbers)
                index, exists = _index(code, self.indices, indices, offset, self.x.shape[self.axis])
                with code.builder.if_else(exists) as (there, nowhere):
                    with there:
                        step = code.times(index, self.x.strides[self.axis])
                        self._copy(code, target, code.at(source, step, dtype))
                    with nowhere:
                        self._fill(code, target)

            code.loop(first, last, take)

        over_rows(code, begin, end, self._count, take_for)

    def _copy(self, code: Code, target: Emitted, source: Emitted) -> None:
        dtype, axes = self.x.dtype, axes_of(self.x, self.axis + 1)
        if is_row(axes):
            code.copy_bytes(target, source, self._length * ITEM_BYTES[dtype])
            return

        def copy(number: Emitted) -> None:
            value = code.load(source, offset_of(code, number, axes), dtype)
            code.store(value, target, number, dtype)

        code.loop(0, self._length, copy)

    def _fill(self, code: Code, target: Emitted) -> None:
        dtype = self.x.dtype
        nothing = code.number(math.nan if is_float(dtype) else 0, dtype)
        code.loop(0, self._length, lambda number: code.store(nothing, target, number, dtype))


@dataclass(frozen=True)
class ScatterAdd:
    """Pointers updates, indices, result: zeros, to whose rows the updates are added in the indices' order.

    A row is what lies along the axes after `axis`. A unit is one row of the result, or some columns of all
    rows where rows are long, so that every thread has as much to do; each reads all indices. The sums do not
    depend on the cut. Booleans are added by `or`.
    """

    updates: Layout
    indices: Layout
    axis: int
    rows: int
    """How many the result has along the axis."""

    name = "scatter add"
    scratch_bytes = 0

    @property
    def _length(self) -> int:
        return math.prod(self.updates.shape[self.axis + len(self.indices.shape) :])

    @property
    def _grain(self) -> int:
        """Columns of a unit; 0 where a unit is a row."""
        line = LINE_BYTES // ITEM_BYTES[self.updates.dtype]
        return line if self._length >= LINES_TO_SHARE * line else 0

    @property
    def _units(self) -> int:
        """For each index of the axes before."""
        return -(-self._length // self._grain) if self._grain else self.rows

    @property
    def extent(self) -> int:
        is_empty = self._length * self.rows == 0
        return 0 if is_empty else math.prod(self.updates.shape[: self.axis]) * self._units

    @property
    def flops(self) -> int:
        return math.prod(self.updates.shape)

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        updates, indices, result = pointers
        dtype = self.updates.dtype
        after = self.axis + len(self.indices.shape)
        before, numbered = axes_of(self.updates, 0, self.axis), axes_of(self.updates, self.axis, after)
        numbers = axes_of(self.indices)

        def add_for(lead: Emitted, first: Bound, last: Bound) -> None:
            source = code.at(updates, offset_of(code, lead, before), dtype)
            target = code.at(result, code.times(lead, self.rows * self._length), dtype)
            rows, columns = self._part(code, first, last)
            self._clear(code, target, rows, columns)

            def add(number: Emitted) -> None:
                offset = offset_of(code, number, numbers)
                index, exists = _index(code, self.indices, indices, offset, self.rows)
                if not self._grain:
                    exists = _is_between(code, index, *rows)
                update = code.at(source, offset_of(code, number, numbered), dtype)
                row = code.at(target, code.times(index, self._length), dtype)
                code.when(exists, lambda: self._add(code, row, update, columns))

            code.loop(0, math.prod(self.indices.shape), add)

        over_rows(code, begin, end, self._units, add_for)

    def _part(self, code: Code, first: Bound, last: Bound) -> tuple[tuple[Bound, Bound], tuple[Bound, Bound]]:
        """From which to which row, and from which to which column, a thread works."""
        if not self._grain:
            return (first, last), (0, self._length)
        left, right = scaled(code, first, self._grain), scaled(code, last, self._grain)
        right = code.least(right, code.index(self._length))
        return (0, self.rows), (left, right)

    def _clear(
        self, code: Code, target: Emitted, rows: tuple[Bound, Bound], columns: tuple[Bound, Bound]
    ) -> None:
        dtype = self.updates.dtype
        width = vector_width(code, dtype, self._length, [])

        def clear_row(row: Emitted) -> None:
            start = code.at(target, code.times(row, self._length), dtype)
            over_vectors(
                code,
                *columns,
                width,
                lambda i, lanes: code.store(code.number(0, dtype, lanes), start, i, dtype),
            )

        code.loop(*rows, clear_row)

    def _add(self, code: Code, row: Emitted, update: Emitted, columns: tuple[Bound, Bound]) -> None:
        dtype = self.updates.dtype
        axes = axes_of(self.updates, self.axis + len(self.indices.shape))
        stride = even_stride(axes)
        width = 0 if stride is None else vector_width(code, dtype, self._length, [stride])

        def add(column: Emitted, lanes: int) -> None:
            offset = offset_of(code, column, axes)
            given = code.load(update, offset, dtype, lanes, 1 if stride is None else stride)
            sum_ = _sum(code, code.load(row, column, dtype, lanes), given)
            code.store(sum_, row, column, dtype)

        def _sum(code: Code, a: Emitted, b: Emitted) -> Emitted:
            if is_float(dtype):
                return code.builder.fadd(a, b)
            return code.builder.or_(a, b) if is_bool(dtype) else code.builder.add(a, b)

        over_vectors(code, *columns, width, add)


def _index(
    code: Code, layout: Layout, pointer: Emitted, offset: Emitted, extent: int
) -> tuple[Emitted, Emitted]:
    """An index counted from the start, and whether it is in range."""
    builder, dtype = code.builder, layout.dtype
    index = code.load(pointer, offset, dtype)
    if ITEM_BYTES[dtype] < 8:
        index = builder.zext(index, INDEX) if is_unsigned(dtype) else builder.sext(index, INDEX)
    if not is_unsigned(dtype):
        from_end = builder.add(index, code.index(extent))
        index = builder.select(builder.icmp_signed("<", index, code.index(0)), from_end, index)
    return index, builder.icmp_unsigned("<", index, code.index(extent))


def _is_between(code: Code, index: Emitted, first: Bound, last: Bound) -> Emitted:
    first, last = (code.index(bound) if isinstance(bound, int) else bound for bound in (first, last))
    since = code.builder.sub(index, first)
    return code.builder.icmp_unsigned("<", since, code.builder.sub(last, first))
