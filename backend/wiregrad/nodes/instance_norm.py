from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Example, wired
from wiregrad.nodes._normalization import OverChannels, check_channels
from wiregrad.nodes._types import NodeProblem, ValueType

RANKS = range(2, 5)


class InstanceNorm(OverChannels):
    """Shifts and scales every channel of each sample so that its mean is 0 and its variance 1.

    The shape (channels, ...) stays: a channel is normalized over its places alone, as style transfer wants
    it. A trainable scale (`weight`) and shift (`bias`) per channel can follow (Ulyanov et al. 2016, “Instance
    Normalization”; `torch.nn.InstanceNorm1d`, `2d` and `3d` without running statistics).
    """

    title: ClassVar[str] = "Instance norm"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2, 4), True),), {"affine": True}),
        Example((ValueType("float32", (2, 2, 3), True),), {"epsilon": 1e-2}),
        Example((ValueType("float32", (2, 3)),)),
        Example((ValueType("float32", (2, 1, 2, 2), True),) * 2, {"affine": True, "connections": 2}),
    )

    affine: bool = setting(False, "Scale and shift", "Whether a trainable scale and shift follow.")

    def result(self, value: ValueType, port: str) -> ValueType:
        check_channels(value, port, RANKS, "(channels, length), (channels, height, width) or one axis more")
        if value.size == value.shape[0]:
            raise NodeProblem(
                "A single number per channel does not vary: nothing would be left of it.",
                port=port,
                expected="more than one place in each channel",
                got=str(value),
                remedy="Normalize before the places are averaged or flattened away, or use Layer norm.",
            )
        return value

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:
        return self.in_groups(build.parameters, value, source, source.shape[0])

    def torch(self, *inputs: ValueType | None) -> str:
        (value, *_) = wired(inputs)
        settings = f"eps={self.epsilon}, affine={self.affine}"
        return f"nn.InstanceNorm{value.rank - 1}d({value.shape[0]}, {settings})"
