"""Ways through strided arrays that kernels share. Axes are pairs (extent, stride), the outermost first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernel import Layout
from wiregrad.engine.ir import DType, Shape

Axes = tuple[tuple[int, int], ...]
Bound = Emitted | int


def axes_of(layout: Layout, start: int = 0, stop: int | None = None) -> Axes:
    """Some axes of an array, joined where one step over the outer is a whole walk along the inner."""
    joined: list[tuple[int, int]] = []
    for extent, stride in zip(layout.shape[start:stop], layout.strides[start:stop], strict=True):
        if extent == 1:
            continue
        if joined and joined[-1][1] == extent * stride:
            joined[-1] = (joined[-1][0] * extent, stride)
        else:
            joined.append((extent, stride))
    return tuple(joined)


def is_row(axes: Axes) -> bool:
    """Whether the elements lie one after another in memory."""
    return axes == () or (len(axes) == 1 and axes[0][1] == 1)


def even_stride(axes: Axes) -> int | None:
    """How far apart neighbors in row-major order stand, if it is the same everywhere."""
    if len(axes) > 1:
        return None
    return axes[0][1] if axes else 1


def offset_of(code: Code, number: Emitted, axes: Axes) -> Emitted:
    """Where the element with this number in row-major order stands, in elements from the first."""
    total, rest = code.index(0), number
    for position, (extent, stride) in reversed(list(enumerate(axes))):
        at = rest
        if position:
            at = code.builder.urem(rest, code.index(max(1, extent)))
            rest = code.builder.udiv(rest, code.index(max(1, extent)))
        total = code.plus(total, code.times(at, stride))
    return total


def split(code: Code, number: Emitted, shape: Shape) -> list[Emitted]:
    """The index along each axis of the element with this number in row-major order."""
    indices = []
    for extent in reversed(shape[1:]):
        indices.append(code.builder.urem(number, code.index(max(1, extent))))
        number = code.builder.udiv(number, code.index(max(1, extent)))
    return [number, *reversed(indices)]


def scaled(code: Code, bound: Bound, factor: int) -> Bound:
    return bound * factor if isinstance(bound, int) else code.times(bound, factor)


def over_rows(
    code: Code, begin: Emitted, end: Emitted, length: int, body: Callable[[Emitted, Bound, Bound], None]
) -> None:
    """`body(row, first, last)` for what lies from element begin up to end, of each row of `length`."""
    if length <= 1:
        code.loop(begin, end, lambda row: body(row, 0, 1))
        return
    builder, size = code.builder, code.index(length)

    def turn(row: Emitted) -> None:
        before = builder.mul(row, size)
        first = code.most(builder.sub(begin, before), code.index(0))
        last = code.least(builder.sub(end, before), size)
        body(row, first, last)

    stop = builder.udiv(builder.add(end, code.index(length - 1)), size)
    code.loop(builder.udiv(begin, size), stop, turn)


def over_parts(
    code: Code, begin: Emitted, end: Emitted, length: int, body: Callable[[Emitted, Emitted, Emitted], None]
) -> None:
    """`over_rows` with bounds that are emitted, where rows have one element as well."""

    def with_bounds(row: Emitted, first: Bound, last: Bound) -> None:
        body(row, *(code.index(bound) if isinstance(bound, int) else bound for bound in (first, last)))

    over_rows(code, begin, end, length, with_bounds)


def over_vectors(
    code: Code, first: Bound, last: Bound, width: int, body: Callable[[Emitted, int], None], grain: int = 1
) -> None:
    """`body(index, width)` for as many vectors as fit, then `body(index, 0)` for each that is left over.

    There are `grain`, or a multiple of it.
    """
    if width and grain % width == 0:
        code.loop(first, last, lambda index: body(index, width), step=width)
        return
    if not width:
        code.loop(first, last, lambda index: body(index, 0))
        return
    middle: Bound
    if isinstance(first, int) and isinstance(last, int):
        middle = last - (last - first) % width
    else:
        first, last = (code.index(bound) if isinstance(bound, int) else bound for bound in (first, last))
        left_over = code.builder.urem(code.builder.sub(last, first), code.index(width))
        middle = code.builder.sub(last, left_over)
    if not isinstance(middle, int) or first < middle:
        code.loop(first, middle, lambda index: body(index, width), step=width)
    if not isinstance(middle, int) or middle < last:
        code.loop(middle, last, lambda index: body(index, 0))


def vector_width(code: Code, dtype: DType, count: int, strides: Sequence[int]) -> int:
    """Lanes for walks of `count` elements in these strides; 0 where vectors would have to be put together."""
    width = code.target.lanes(dtype)
    while width > count:
        width //= 2
    return width if width > 1 and all(stride in (0, 1) for stride in strides) else 0
