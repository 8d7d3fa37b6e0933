"""What ordinary and transposed convolutions share, over lists and pictures."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import Dimension, setting
from wiregrad.nodes._parameters import Initializer, ParameterSpec, fans
from wiregrad.nodes._types import Fix, NodeProblem, Shape, ValueType
from wiregrad.nodes._weighted import Weighted
from wiregrad.nodes._windows import Lengths, Pair, Size, in_picture, lengths


class Filters(Weighted):
    """Small filters over a list (`axes` is 1) or a picture (2); `kernel`, `stride`, ... are set per axis."""

    axes: ClassVar[int]

    filters: Dimension = setting(
        8, "Filters", "How many patterns are looked for: the channels that come out."
    )
    kernel: Size = setting(3, "Kernel", "Size of a filter, or (height, width).", unit="pixels")
    stride: Size = setting(1, "Stride", "How far it moves, or (down, right).", unit="pixels")
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

    def per_axis(self, chosen: int | Pair) -> Lengths:
        return lengths(chosen, self.axes)

    def check_groups(self, value: ValueType, port: str) -> None:
        if value.shape[0] % self.groups or self.filters % self.groups:
            raise NodeProblem(
                "The groups do not divide channels and filters evenly.",
                port=port,
                expected=f"channels and filters that are multiples of {self.groups}",
                got=f"{value.shape[0]} channels and {self.filters} filters",
                remedy="Choose a number of groups that divides both.",
                fix=Fix("set", "Set the groups to 1", settings={"groups": 1}),
            )

    @abstractmethod
    def weight_shape(self, channels: int) -> Shape:
        """In PyTorch's layout."""

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        shape = self.weight_shape(value.shape[0])
        fan_in, fan_out = fans(shape)
        weight = ParameterSpec(shape, self.initializer, self.trainable, fan_in=fan_in, fan_out=fan_out)
        bias = ParameterSpec(
            (self.filters,), self.bias_initializer, self.trainable, fan_in=fan_in, fan_out=fan_out
        )
        return {"weight": weight, "bias": bias} if self.bias else {"weight": weight}

    def kernel_last(self, weight: Value) -> Value:
        """The weights as the engine wants them: (height, width, second axis, first axis)."""
        shape = (*weight.shape[:2], *in_picture(weight.shape[2:], 1))
        return ops.transpose(ops.reshape(weight, shape), (2, 3, 1, 0))

    def with_bias(self, bias: Mapping[str, Value], result: Value) -> Value:
        return ops.add(result, ops.broadcast_to(bias["bias"], result.shape)) if self.bias else result

    def spelled(self, module: str, channels: int, settings: Mapping[str, object]) -> str:
        shared = {"dilation": self.per_axis(self.dilation), "groups": self.groups, "bias": self.bias}
        keywords = ", ".join(f"{name}={value}" for name, value in {**settings, **shared}.items())
        return (
            f"nn.{module}{self.axes}d({channels}, {self.filters}, {self.per_axis(self.kernel)}, {keywords})"
        )
