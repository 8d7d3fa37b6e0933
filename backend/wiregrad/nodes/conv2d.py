from collections.abc import Mapping
from math import prod
from typing import ClassVar, Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import Dimension, setting
from wiregrad.nodes._node import Build, Example, wired
from wiregrad.nodes._parameters import Initializer, ParameterSpec, fans
from wiregrad.nodes._types import Fix, NodeProblem, ValueType
from wiregrad.nodes._weighted import Weighted
from wiregrad.nodes._windows import (
    Border,
    Padding,
    Pair,
    Size,
    channels_first,
    channels_last,
    check_picture,
    pair,
    positions,
    reach,
)

PICTURE = ValueType("float32", (2, 5, 6), True)


class Conv2D(Weighted):
    """Moves small filters over a picture: each finds one pattern, wherever it stands.

    (channels, height, width) becomes (filters, height', width') with height' = (height + padding - dilation *
    (kernel - 1) - 1) / stride + 1, rounded down. `weight` has the shape (filters, channels / groups, kernel
    height, kernel width). Formula and defaults are those of `torch.nn.Conv2d`; the padding is zeros.
    """

    title: ClassVar[str] = "Conv2D"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((PICTURE,), {"filters": 3}),
        Example(
            (PICTURE,), {"filters": 4, "kernel": [2, 3], "stride": [2, 1], "padding": [0, 1], "groups": 2}
        ),
        Example((PICTURE,), {"filters": 2, "kernel": 2, "padding": "same", "dilation": 2, "bias": False}),
        Example((ValueType("float32", (1, 4, 4)),), {"filters": 2, "padding": "valid"}),
        Example((PICTURE, PICTURE.with_shape((2, 4, 3))), {"filters": 1, "kernel": 1, "connections": 2}),
    )

    filters: Dimension = setting(
        8, "Filters", "How many patterns are looked for: the channels that come out."
    )
    kernel: Size = setting(3, "Kernel", "Size of a filter, or (height, width).", unit="pixels")
    stride: Size = setting(1, "Stride", "How far it moves, or (down, right).", unit="pixels")
    padding: Border | Literal["same", "valid"] = setting(
        0,
        "Padding",
        "Zeros around the picture, or (vertical, horizontal); same: as many as keep its size; valid: none.",
        unit="pixels",
    )
    dilation: Size = setting(
        1, "Dilation", "Distance between the pixels that a filter looks at.", unit="pixels"
    )
    groups: Dimension = setting(1, "Groups", "Into how many separate parts channels and filters are divided.")
    bias: bool = setting(True, "Bias", "Whether a trainable number is added to each filter's result.")
    initializer: Initializer = setting(
        "fan_in_uniform", "Weight initializer", "How starting weights are drawn."
    )
    bias_initializer: Initializer = setting(
        "fan_in_uniform", "Bias initializer", "How starting biases are drawn.", show_when={"bias": [True]}
    )

    def result(self, value: ValueType, port: str) -> ValueType:
        check_picture(value, port)
        self._check_groups(value, port)
        if self.padding == "same" and pair(self.stride) != (1, 1):
            raise NodeProblem(
                "With a stride the picture cannot keep its size.",
                code="setting",
                expected="stride 1 with the padding same",
                got=f"stride {self.stride}",
                remedy="Set the stride to 1, or choose the padding as a number.",
                fix=Fix("set", "Set the stride to 1", settings={"stride": 1}),
            )
        (top, bottom), (left, right) = self._padding()
        _, height, width = value.shape
        padded = height + top + bottom, width + left + right
        rows, columns = positions(padded, pair(self.kernel), pair(self.stride), pair(self.dilation), port)
        return value.with_shape((self.filters, rows, columns))

    def _check_groups(self, value: ValueType, port: str) -> None:
        if value.shape[0] % self.groups or self.filters % self.groups:
            raise NodeProblem(
                "The groups do not divide channels and filters evenly.",
                port=port,
                expected=f"channels and filters that are multiples of {self.groups}",
                got=f"{value.shape[0]} channels and {self.filters} filters",
                remedy="Choose a number of groups that divides both.",
                fix=Fix("set", "Set the groups to 1", settings={"groups": 1}),
            )

    def _padding(self) -> Padding:
        if self.padding == "valid":
            return (0, 0), (0, 0)
        if self.padding == "same":
            total = [reach(k, d) - 1 for k, d in zip(pair(self.kernel), pair(self.dilation), strict=True)]
            return _halves(total[0]), _halves(total[1])
        vertical, horizontal = pair(self.padding)
        return (vertical, vertical), (horizontal, horizontal)

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        shape = (self.filters, value.shape[0] // self.groups, *pair(self.kernel))
        fan_in, fan_out = fans(shape)
        weight = ParameterSpec(shape, self.initializer, self.trainable, fan_in=fan_in, fan_out=fan_out)
        bias = ParameterSpec(
            (self.filters,), self.bias_initializer, self.trainable, fan_in=fan_in, fan_out=fan_out
        )
        return {"weight": weight, "bias": bias} if self.bias else {"weight": weight}

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:
        weight = ops.transpose(build.parameters["weight"], (2, 3, 1, 0))
        x = channels_last(value, source)
        y = ops.conv2d(x, weight, pair(self.stride), self._padding(), pair(self.dilation), self.groups)
        if self.bias:
            y = ops.add(y, ops.broadcast_to(build.parameters["bias"], y.shape))
        return channels_first(y, source)

    def torch(self, *inputs: ValueType | None) -> str:
        padding = repr(self.padding) if isinstance(self.padding, str) else str(pair(self.padding))
        settings = {
            "stride": pair(self.stride),
            "padding": padding,
            "dilation": pair(self.dilation),
            "groups": self.groups,
            "bias": self.bias,
        }
        keywords = ", ".join(f"{name}={value}" for name, value in settings.items())
        channels = wired(inputs)[0].shape[0]
        return f"nn.Conv2d({channels}, {self.filters}, {pair(self.kernel)}, {keywords})"

    def multiply_adds(self, *inputs: ValueType | None) -> int:
        values = wired(inputs)
        each_filter = values[0].shape[0] // self.groups * prod(pair(self.kernel))
        return sum(output.size * each_filter for output in self.infer(*values))


def _halves(total: int) -> Pair:
    """The odd one comes after, as in PyTorch."""
    return total // 2, total - total // 2
