from typing import Annotated, ClassVar, Literal

from pydantic import Field

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._borders import Border, bordered, check_border
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import MAX_RANK, NodeProblem, ValueType

MAX_WIDTH = 1024
MAX_MIRRORED_AXES = 3
Widths = Annotated[tuple[Annotated[int, Field(ge=0, le=MAX_WIDTH)], ...], Field(max_length=MAX_RANK)]


class Pad(OneToOne):
    """Puts a border around each sample: of one number, or of what lies inside.

    The widths belong to the last axes: 1, 2 before and 0, 3 after make of (3, 8, 8) a value (3, 9, 13).
    Constant fills with a number; reflect mirrors without repeating the edge; replicate repeats the edge;
    circular continues on the other side. As in `torch.nn.functional.pad`.
    """

    title: ClassVar[str] = "Pad"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3,), True),)),
        Example((ValueType("float32", (2, 3), True),), {"before": [1, 0], "after": [0, 2], "value": 0.5}),
        Example((ValueType("float32", (2, 3, 3)),), {"before": [2, 1], "after": [1, 2], "mode": "reflect"}),
        Example((ValueType("float32", (2, 3), True),), {"before": [2], "after": [4], "mode": "replicate"}),
        Example((ValueType("float32", (2, 3), True),), {"before": [2], "after": [3], "mode": "circular"}),
        Example((ValueType("int64", (2,), True),), {"value": 7}),
    )

    before: Widths = setting(
        (1,), "Before", "How many elements come before, for the last axes.", control="shape"
    )
    after: Widths = setting(
        (1,), "After", "How many elements come after, for the last axes.", control="shape"
    )
    mode: Literal["constant"] | Border = setting("constant", "Border", "What the border consists of.")
    value: float = setting(0.0, "Number", "What is filled in.", show_when={"mode": ["constant"]})

    def result(self, value: ValueType) -> ValueType:
        self._check_axes(value)
        self._check_number(value)
        if self.mode != "constant":
            for axis, width in self._widths(value.rank).items():
                got = f"{max(width)} elements for axis {axis} of {value}"
                check_border(self.mode, value.shape[axis], max(width), "input", got)
        low, high = self._sides(value.rank)
        shape = tuple(a + length + b for a, length, b in zip(low, value.shape, high, strict=True))
        return value.with_shape(shape)

    def _widths(self, rank: int) -> dict[int, tuple[int, int]]:
        """Before and after, by axis counted from 0; the shorter list has zeros in front."""
        count = max(len(self.before), len(self.after))
        before, after = ((0,) * (count - len(widths)) + widths for widths in (self.before, self.after))
        return {rank - count + i: pair for i, pair in enumerate(zip(before, after, strict=True))}

    def _sides(self, rank: int) -> tuple[list[int], list[int]]:
        widths = self._widths(rank)
        low, high = ([widths.get(axis, (0, 0))[side] for axis in range(rank)] for side in (0, 1))
        return low, high

    def _check_axes(self, value: ValueType) -> None:
        count = max(len(self.before), len(self.after))
        allowed = value.rank if self.mode == "constant" else min(value.rank, MAX_MIRRORED_AXES)
        if count > allowed:
            raise NodeProblem(
                "There are more widths than axes to put a border around.",
                code="setting",
                port="input",
                expected=f"at most {allowed} widths with the border {self.mode}",
                got=f"{count} widths for {value}",
                remedy="Remove widths from the front of “Before” and “After”.",
            )

    def _check_number(self, value: ValueType) -> None:
        allowed = {"int64": self.value.is_integer(), "bool": self.value in (0, 1)}
        if self.mode == "constant" and not allowed.get(value.dtype, True):
            raise NodeProblem(
                "The number that is filled in does not fit the data type.",
                code="setting",
                port="input",
                expected="a whole number" if value.dtype == "int64" else "0 or 1",
                got=f"{self.value} for {value}",
                remedy="Choose such a number, or put a Cast to float32 before it.",
            )

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        if self.mode == "constant":
            low, high = self._sides(source.rank)
            batch = [0] * source.batched
            return ops.pad(x, batch + low, batch + high, self.value)
        for axis, (before, after) in self._widths(source.rank).items():
            x = bordered(x, axis + source.batched, before, after, self.mode)
        return x

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        widths = self._widths(value.rank)
        flat = [width for axis in reversed(widths) for width in widths[axis]]
        if self.mode == "constant":
            return f"F.pad(input, {flat}, value={self.value})"
        if not widths:
            return "input"
        result = self.result(value)
        inside = [1, -1, *value.shape[value.rank - len(widths) :]]
        outside = [*[-1] * value.batched, *result.shape]
        return f"F.pad(input.reshape({inside}), {flat}, mode={self.mode!r}).reshape({outside})"
