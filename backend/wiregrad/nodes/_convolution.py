"""Convolution over lists and pictures."""

from math import prod
from typing import Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._borders import Border as Mirror
from wiregrad.nodes._borders import bordered, check_border
from wiregrad.nodes._fields import setting
from wiregrad.nodes._filters import Filters
from wiregrad.nodes._node import Build, wired
from wiregrad.nodes._types import Fix, NodeProblem, Shape, ValueType
from wiregrad.nodes._windows import (
    Border,
    Pair,
    channels_first,
    channels_last,
    check_moves,
    in_picture,
    positions,
    reach,
)


class Convolution(Filters):
    """Each filter is moved over the value; what it finds at a place is one number of the result."""

    padding: Border | Literal["same", "valid"] = setting(
        0,
        "Padding",
        "Pixels around the picture, or (vertical, horizontal); same: as many as keep its size; valid: none.",
        unit="pixels",
    )
    padding_mode: Literal["zeros"] | Mirror = setting(
        "zeros",
        "Padding consists of",
        "Zeros, what lies inside mirrored (reflect), the edge repeated, or the other side (circular).",
    )

    def result(self, value: ValueType, port: str) -> ValueType:
        check_moves(value, port, self.axes)
        self.check_groups(value, port)
        stride = self.per_axis(self.stride)
        if self.padding == "same" and max(stride) > 1:
            raise NodeProblem(
                "With a stride the value cannot keep its size.",
                code="setting",
                expected="stride 1 with the padding same",
                got=f"stride {self.stride}",
                remedy="Set the stride to 1, or choose the padding as a number.",
                fix=Fix("set", "Set the stride to 1", settings={"stride": 1}),
            )
        padded = tuple(n + sum(sides) for n, sides in zip(value.shape[1:], self._padding(), strict=True))
        self._check_border(value, port)
        kernel, dilation = self.per_axis(self.kernel), self.per_axis(self.dilation)
        return value.with_shape((self.filters, *positions(padded, kernel, stride, dilation, port)))

    def _check_border(self, value: ValueType, port: str) -> None:
        if self.padding_mode == "zeros":
            return
        for length, sides in zip(value.shape[1:], self._padding(), strict=True):
            check_border(self.padding_mode, length, max(sides), port, f"{max(sides)} elements around {value}")

    def _padding(self) -> tuple[Pair, ...]:
        """Before and after, for each axis."""
        if self.padding == "valid":
            return ((0, 0),) * self.axes
        if self.padding == "same":
            kernel, dilation = self.per_axis(self.kernel), self.per_axis(self.dilation)
            return tuple(_halves(reach(k, d) - 1) for k, d in zip(kernel, dilation, strict=True))
        return tuple((width, width) for width in self.per_axis(self.padding))

    def weight_shape(self, channels: int) -> Shape:
        return (self.filters, channels // self.groups, *self.per_axis(self.kernel))

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:
        before, after = (in_picture([sides[end] for sides in self._padding()], 0) for end in (0, 1))
        sides = (before[0], after[0]), (before[1], after[1])
        x = channels_last(value, source)
        if self.padding_mode != "zeros":
            for axis, (low, high) in enumerate(sides, 1):
                x = bordered(x, axis, low, high, self.padding_mode) if low or high else x
            sides = (0, 0), (0, 0)
        y = ops.conv2d(
            x,
            self.kernel_last(build.parameters["weight"]),
            in_picture(self.per_axis(self.stride), 1),
            sides,
            in_picture(self.per_axis(self.dilation), 1),
            self.groups,
        )
        return channels_first(self.with_bias(build.parameters, y), source)

    def torch(self, *inputs: ValueType | None) -> str:
        padding = repr(self.padding) if isinstance(self.padding, str) else self.per_axis(self.padding)
        settings = {"stride": self.per_axis(self.stride), "padding": padding}
        if self.padding_mode != "zeros":
            settings["padding_mode"] = repr(self.padding_mode)
        return self.spelled("Conv", wired(inputs)[0].shape[0], settings)

    def multiply_adds(self, *inputs: ValueType | None) -> int:
        values = wired(inputs)
        each = prod(self.weight_shape(values[0].shape[0])[1:])
        return sum(output.size * each for output in self.infer(*values))


def _halves(total: int) -> Pair:
    """The odd one comes after, as in PyTorch."""
    return total // 2, total - total // 2
