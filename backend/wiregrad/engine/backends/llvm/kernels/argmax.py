"""Where the first largest element stands along an axis. The first NaN counts as the largest."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, NUMBERS, Code, Emitted
from wiregrad.engine.backends.llvm.kernel import Layout
from wiregrad.engine.backends.llvm.kernels.strides import (
    Bound,
    axes_of,
    even_stride,
    offset_of,
    over_rows,
    over_vectors,
    vector_width,
)
from wiregrad.engine.ir import ITEM_BYTES, DType, is_float, is_unsigned

LONG = 4
"""Vectors in a row from which on it is searched by lanes."""


@dataclass(frozen=True)
class ArgMax:
    """Pointers x, result (int64). A unit is one element of the result.

    Vectors run along the axes after the searched one, or, if there are none and rows are long and contiguous,
    along the searched axis itself: then each lane finds its own largest element, and the lanes are compared.
    """

    x: Layout
    axis: int
    name = "argmax"
    scratch_bytes = 0

    @property
    def _length(self) -> int:
        """Elements of the axes after the searched one."""
        return math.prod(self.x.shape[self.axis + 1 :])

    @property
    def extent(self) -> int:
        return math.prod(self.x.shape[: self.axis]) * self._length

    @property
    def flops(self) -> int:
        return math.prod(self.x.shape)

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        x, result = pointers
        dtype = self.x.dtype
        before, after = axes_of(self.x, 0, self.axis), axes_of(self.x, self.axis + 1)
        stride = even_stride(after)
        width = 0 if stride is None else vector_width(code, dtype, self._length, [stride])

        def find_for(lead: Emitted, first: Bound, last: Bound) -> None:
            source = code.at(x, offset_of(code, lead, before), dtype)
            target = code.at(result, code.times(lead, self._length), "int64")

            def find(number: Emitted, lanes: int) -> None:
                start = code.at(source, offset_of(code, number, after), dtype)
                found = self._search(code, start, lanes, 1 if stride is None else stride)
                code.store(found, target, number, "int64")

            over_vectors(code, first, last, width, find)

        over_rows(code, begin, end, self._length, find_for)

    @property
    def _place(self) -> DType:
        """Places are counted in lanes as wide as the elements' where that is enough."""
        is_short = self.x.shape[self.axis] < 2**31
        return "int32" if ITEM_BYTES[self.x.dtype] == 4 and is_short else "int64"

    def _search(self, code: Code, start: Emitted, lanes: int, stride: int) -> Emitted:
        """For one element, or some lanes of them, from the first along the axis."""
        dtype, step = self.x.dtype, self.x.strides[self.axis]
        searched, across = self.x.shape[self.axis], code.target.lanes(dtype)

        def improve(place: Emitted, best: Emitted, found: Emitted) -> list[Emitted]:
            value = code.load(start, code.times(place, step), dtype, lanes, stride)
            return _better(code, dtype, (best, found), (value, _splat_place(code, place, self._place, lanes)))

        if not lanes and step == 1 and searched >= LONG * across:
            whole = searched - searched % across
            best, found = _by_lanes(code, dtype, self._place, start, whole)
        else:
            whole = 1
            best, found = code.load(start, 0, dtype, lanes, stride), code.number(0, self._place, lanes)
        found = code.loop(whole, searched, improve, carried=[best, found])[1]
        if self._place == "int64":
            return found
        return code.builder.zext(found, ir.VectorType(INDEX, lanes) if lanes else INDEX)


Candidate = tuple[Emitted, Emitted]
"""A value, and where it stands."""


def _splat_place(code: Code, place: Emitted, dtype: DType, width: int) -> Emitted:
    return code.splat(place if dtype == "int64" else code.builder.trunc(place, NUMBERS[dtype]), width)


def _by_lanes(code: Code, dtype: DType, place: DType, start: Emitted, count: int) -> Candidate:
    """The best of contiguous elements, of which there are some vectors."""
    width = code.target.lanes(dtype)

    def improve(first: Emitted, best: Emitted, found: Emitted) -> list[Emitted]:
        value = code.load(start, first, dtype, width)
        return _better(code, dtype, (best, found), (value, _splat_place(code, first, place, width)))

    carried = [code.load(start, 0, dtype, width), code.number(0, place, width)]
    best, found = code.loop(width, count, improve, step=width, carried=carried)
    numbers = ir.Constant(ir.VectorType(NUMBERS[place], width), list(range(width)))
    found = code.builder.add(found, numbers)
    while width > 1:
        width //= 2
        low, high = ((_lanes(code, best, n, width), _lanes(code, found, n, width)) for n in (0, width))
        best, found = _better_or_earlier(code, dtype, low, high)
    return code.lane(best, 0), code.lane(found, 0)


def _lanes(code: Code, vector: Emitted, first: int, count: int) -> Emitted:
    numbers = ir.Constant(ir.VectorType(ir.IntType(32), count), list(range(first, first + count)))
    return code.builder.shuffle_vector(vector, ir.Constant(vector.type, ir.Undefined), numbers)


def _better(code: Code, dtype: DType, held: Candidate, later: Candidate) -> list[Emitted]:
    """The later of two candidates only if it is larger, or the first NaN."""
    return _chosen(code, _exceeds(code, dtype, later[0], held[0]), later, held)


def _better_or_earlier(code: Code, dtype: DType, held: Candidate, other: Candidate) -> list[Emitted]:
    """The other candidate if it is better, or as good and stands before."""
    builder = code.builder
    is_worse, is_better = (
        _exceeds(code, dtype, *pair) for pair in ((held[0], other[0]), (other[0], held[0]))
    )
    is_before = builder.icmp_signed("<", other[1], held[1])
    is_tie_before = builder.and_(builder.not_(is_worse), is_before)
    return _chosen(code, builder.or_(is_better, is_tie_before), other, held)


def _exceeds(code: Code, dtype: DType, a: Emitted, b: Emitted) -> Emitted:
    """Whether a is larger, or NaN where b is not."""
    if is_float(dtype):
        is_number = code.builder.fcmp_ordered("ord", b, b)
        return code.builder.and_(is_number, code.builder.fcmp_unordered(">", a, b))
    compare = code.builder.icmp_unsigned if is_unsigned(dtype) else code.builder.icmp_signed
    return compare(">", a, b)


def _chosen(code: Code, condition: Emitted, yes: Candidate, no: Candidate) -> list[Emitted]:
    return [code.builder.select(condition, a, b) for a, b in zip(yes, no, strict=True)]
