"""Windows that move over the middle axes of NHWC arrays, and the loops over all of them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernel import Layout
from wiregrad.engine.backends.llvm.kernels.strides import Bound, split, vector_width
from wiregrad.engine.backends.llvm.kernels.track import Position, Track
from wiregrad.engine.ir import Shape
from wiregrad.engine.ops.window import Window

UNROLLED_PLACES = 9  # of a window; loops visit the others


@dataclass(frozen=True)
class Windows:
    """All windows over arrays of one NHWC shape."""

    window: Window
    shape: Shape

    @property
    def rows(self) -> Track:
        return self._track(0)

    @property
    def columns(self) -> Track:
        return self._track(1)

    def _track(self, axis: int) -> Track:
        w = self.window
        return Track(
            self.shape[1 + axis], w.size[axis], w.stride[axis], w.dilation[axis], *w.padding[axis]
        )  # fmt: skip

    @property
    def output(self) -> Shape:
        return self.window.output(self.shape)

    @property
    def places(self) -> int:
        return self.window.size[0] * self.window.size[1]

    @property
    def overlap(self) -> bool:
        return self.rows.overlap or self.columns.overlap

    @property
    def cover(self) -> bool:
        return self.rows.cover and self.columns.cover


class Windowed:
    """A kernel that looks at each window of x once."""

    x: Layout
    window: Window
    scratch_bytes = 0

    @property
    def windows(self) -> Windows:
        return Windows(self.window, self.x.shape)

    @property
    def flops(self) -> int:
        return math.prod(self.windows.output) * self.windows.places


@dataclass(frozen=True)
class Place:
    """Of a window in an image: the row and column, and whether they are inside (None: always)."""

    row: Emitted
    column: Emitted
    inside: Emitted | None

    def or_else(self, code: Code, here: Emitted, outside: Emitted) -> Emitted:
        """One value where the place is inside, and another where it is not."""
        return here if self.inside is None else code.builder.select(self.inside, here, outside)


class Sight:
    """One window of one image."""

    def __init__(self, code: Code, windows: Windows, image: Emitted, row: Emitted, column: Emitted) -> None:
        self.code, self.windows = code, windows
        self.image, self.row, self.column = image, row, column

    def fold(
        self, carried: Sequence[Emitted], body: Callable[..., Sequence[Emitted]]
    ) -> Sequence[Emitted]:  # fmt: skip
        """`body(place, *carried)` gives the next carried values, for each place in row-major order."""
        height, width = self.windows.window.size

        def along_row(number: Bound, *carried: Emitted) -> Sequence[Emitted]:
            row = self._row(number)

            def one(number: Bound, *carried: Emitted) -> Sequence[Emitted]:
                return body(self._place(row, self._column(number)), *carried)

            return self._repeat(width, UNROLLED_PLACES, one, carried)

        return self._repeat(height, UNROLLED_PLACES // width, along_row, carried)

    def _repeat(
        self, count: int, unrolled: int, body: Callable[..., Sequence[Emitted]], carried: Sequence[Emitted]
    ) -> Sequence[Emitted]:
        """A loop; copies of its body, if they are few."""
        if count > unrolled:
            return self.code.loop(0, count, body, carried=carried)
        for number in range(count):
            carried = body(number, *carried)
        return carried

    def _row(self, number: Bound) -> Position:
        return self.windows.rows.position(self.code, self.row, number)

    def _column(self, number: Bound) -> Position:
        return self.windows.columns.position(self.code, self.column, number)

    def _place(self, row: Position, column: Position) -> Place:
        tests = [test for _, test in (row, column) if test is not None]
        inside = self.code.builder.and_(*tests) if len(tests) > 1 else next(iter(tests), None)
        return Place(row[0], column[0], inside)

    def _offset(self, layout: Layout, row: Emitted, column: Emitted, channel: Emitted) -> Emitted:
        total = self.code.index(0)
        for index, stride in zip((self.image, row, column, channel), layout.strides, strict=True):
            total = self.code.plus(total, self.code.times(index, stride))
        return total

    def at_place(self, layout: Layout, place: Place, channel: Emitted) -> Emitted:
        """The offset, in an array of the windows' shape, of one place of this window."""
        return self._offset(layout, place.row, place.column, channel)

    def at_output(self, layout: Layout, channel: Emitted) -> Emitted:
        """The offset of this window's own element in an array of the output's shape."""
        return self._offset(layout, self.row, self.column, channel)

    def load(self, layout: Layout, pointer: Emitted, place: Place, channel: Emitted, width: int) -> Emitted:
        """What stands at a place, or at the nearest one in the image; -inf if the image has no elements."""
        if 0 in layout.shape:
            return self.code.number(-math.inf, layout.dtype, width)
        offset = self.at_place(layout, place, channel)
        return self.code.load(pointer, offset, layout.dtype, width, layout.strides[3])

    def load_output(self, layout: Layout, pointer: Emitted, channel: Emitted, width: int) -> Emitted:
        """The window's own element of an array of the output's shape."""
        offset = self.at_output(layout, channel)
        return self.code.load(pointer, offset, layout.dtype, width, layout.strides[3])


def over_windows(
    code: Code,
    windows: Windows,
    begin: Emitted,
    end: Emitted,
    body: Callable[[Sight], None],
    before_row: Callable[[Emitted, Emitted], None] = lambda image, row: None,
) -> None:
    """Each window of some rows of outputs; rows are numbered through all images."""

    def over_columns(unit: Emitted) -> None:
        image, row = split(code, unit, (windows.shape[0], windows.rows.outputs))
        before_row(image, row)
        code.loop(
            0, windows.columns.outputs, lambda column: body(Sight(code, windows, image, row, column))
        )  # fmt: skip

    code.loop(begin, end, over_columns)


def over_windows_backwards(
    code: Code, windows: Windows, image: Emitted, body: Callable[[Sight], None]
) -> None:
    """Each window of one image, from the last to the first."""
    rows, columns = windows.rows.outputs, windows.columns.outputs

    def over_columns(back: Emitted) -> None:
        row = code.builder.sub(code.index(rows - 1), back)

        def one(back: Emitted) -> None:
            body(Sight(code, windows, image, row, code.builder.sub(code.index(columns - 1), back)))

        code.loop(0, columns, one)

    code.loop(0, rows, over_columns)


def common_width(code: Code, *layouts: Layout) -> int:
    """Lanes for walks along the channels of all of them; 0 where there is no vector that serves."""
    strides = [layout.strides[3] for layout in layouts]
    return vector_width(code, layouts[0].dtype, layouts[0].shape[3], strides)


def contest(
    code: Code, place: Place, value: Emitted, largest: Emitted, is_open: Emitted
) -> tuple[Emitted, Emitted]:
    """Where a place in the image is the first that is not less than the largest; where none was so far."""
    builder = code.builder
    is_less = builder.fcmp_ordered("<", value, largest)
    if place.inside is None:
        return builder.and_(is_open, builder.not_(is_less)), builder.and_(is_open, is_less)
    width = value.type.count if isinstance(value.type, ir.VectorType) else 0
    inside = code.splat(place.inside, width)
    lowest = ir.Constant(value.type, [-math.inf] * width if width else -math.inf)
    outside_is_less = builder.fcmp_ordered("<", lowest, largest)
    changed = builder.and_(inside, builder.xor(is_less, outside_is_less))
    is_less = builder.xor(outside_is_less, changed)  # a choice in lanes: a `select` would become a branch
    wins = builder.and_(is_open, builder.not_(is_less))
    return builder.and_(wins, inside), builder.and_(is_open, is_less)
