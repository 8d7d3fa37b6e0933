"""Transposed convolution over lists and pictures."""

from math import prod

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._filters import Filters
from wiregrad.nodes._node import Build, wired
from wiregrad.nodes._types import Fix, NodeProblem, Shape, ValueType
from wiregrad.nodes._windows import (
    Border,
    Lengths,
    channels_first,
    channels_last,
    check_moves,
    in_picture,
    reach,
)


class TransposedConvolution(Filters):
    """Each number of the value puts one copy of the filter into the result, where copies add up."""

    padding: Border = setting(
        0, "Padding", "How much is cut off on each side, or (vertical, horizontal).", unit="pixels"
    )
    output_padding: Border = setting(
        0,
        "Output padding",
        "How much is added after, or (below, right); less than the stride or the dilation.",
        unit="pixels",
    )

    def result(self, value: ValueType, port: str) -> ValueType:
        check_moves(value, port, self.axes)
        self.check_groups(value, port)
        self._check_output_padding()
        borders = zip(
            self._full(value), self.per_axis(self.padding), self.per_axis(self.output_padding), strict=True
        )
        shape = tuple(full - 2 * cut + added for full, cut, added in borders)
        if min(shape) < 1:
            raise NodeProblem(
                "The padding cuts off all that there is.",
                port=port,
                expected="less padding than half of the result without it",
                got=f"padding {self.padding} of a result that is {_by(self._full(value))}",
                remedy="Choose less padding or a larger kernel.",
                fix=Fix("set", "Set the padding to 0", settings={"padding": 0}),
            )
        return value.with_shape((self.filters, *shape))

    def _check_output_padding(self) -> None:
        settings = (self.output_padding, self.stride, self.dilation)
        rows = list(zip(*map(self.per_axis, settings), strict=True))
        bounds = tuple(max(stride, dilation) for _, stride, dilation in rows)
        if any(row[0] >= bound for row, bound in zip(rows, bounds, strict=True)):
            raise NodeProblem(
                "The output padding is too large.",
                code="setting",
                expected=f"less than {_by(bounds)}, the larger of stride and dilation",
                got=f"output padding {self.output_padding}",
                remedy="Choose a smaller output padding or a larger stride.",
                fix=Fix("set", "Set the output padding to 0", settings={"output_padding": 0}),
            )

    def _full(self, value: ValueType) -> Lengths:
        """What all copies of the filter cover together."""
        settings = map(self.per_axis, (self.kernel, self.stride, self.dilation))
        rows = zip(value.shape[1:], *settings, strict=True)
        return tuple((n - 1) * stride + reach(kernel, dilation) for n, kernel, stride, dilation in rows)

    def weight_shape(self, channels: int) -> Shape:
        return (channels, self.filters // self.groups, *self.per_axis(self.kernel))

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:
        x = channels_last(value, source)
        full = ops.conv2d_input_gradient(
            x,
            self.kernel_last(build.parameters["weight"]),
            (x.shape[0], *in_picture(self._full(source), 1), self.filters),
            in_picture(self.per_axis(self.stride), 1),
            dilation=in_picture(self.per_axis(self.dilation), 1),
            groups=self.groups,
        )
        return channels_first(self.with_bias(build.parameters, self._cropped(full)), source)

    def _cropped(self, full: Value) -> Value:
        """Cut by the padding; an output padding beyond it adds zeros."""
        cut = (0, *in_picture(self.per_axis(self.padding), 0), 0)
        added = (0, *in_picture(self.per_axis(self.output_padding), 0), 0)
        beyond = [max(0, b - a) for a, b in zip(cut, added, strict=True)]
        if any(beyond):
            full = ops.pad(full, (0,) * full.rank, beyond)
        stops = [n - max(0, a - b) for n, a, b in zip(full.shape, cut, added, strict=True)]
        return ops.slice(full, cut, stops) if any(cut) else full

    def torch(self, *inputs: ValueType | None) -> str:
        names = ("stride", "padding", "output_padding")
        chosen = (self.stride, self.padding, self.output_padding)
        settings = dict(zip(names, map(self.per_axis, chosen), strict=True))
        return self.spelled("ConvTranspose", wired(inputs)[0].shape[0], settings)

    def multiply_adds(self, *inputs: ValueType | None) -> int:
        values = wired(inputs)
        each = prod(self.weight_shape(values[0].shape[0])[1:])
        return sum(value.size * each for value in values)


def _by(numbers: Lengths) -> str:
    return " by ".join(map(str, numbers))
