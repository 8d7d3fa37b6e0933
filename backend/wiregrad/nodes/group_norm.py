from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import Dimension, setting
from wiregrad.nodes._node import Build, Example, wired
from wiregrad.nodes._normalization import OverChannels, check_channels
from wiregrad.nodes._types import MAX_RANK, Fix, NodeProblem, ValueType


class GroupNorm(OverChannels):
    """Shifts and scales groups of channels in each sample so that their mean is 0 and their variance 1.

    The shape (channels, ...) stays: each group is normalized over its channels and all places, and then a
    trainable scale (`weight`) and shift (`bias`) per channel are applied. No sample depends on another, so it
    suits small batches (Wu & He 2018, “Group Normalization”; `torch.nn.GroupNorm`).
    """

    title: ClassVar[str] = "Group norm"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (4, 2), True),), {"groups": 2}),
        Example((ValueType("float32", (2, 2, 3), True),), {"epsilon": 1e-2}),
        Example((ValueType("float32", (12,), True),), {"groups": 2, "affine": False}),
        Example((ValueType("float32", (4, 3)),), {"groups": 4}),
        Example((ValueType("float32", (2, 3), True),) * 2, {"groups": 2, "connections": 2}),
    )

    groups: Dimension = setting(1, "Groups", "Into how many groups the channels are divided.")

    def result(self, value: ValueType, port: str) -> ValueType:
        check_channels(value, port, range(1, MAX_RANK + 1), "(channels, ...)")
        if value.shape[0] % self.groups:
            raise NodeProblem(
                "The groups do not divide the channels evenly.",
                port=port,
                expected=f"a number of channels that is a multiple of {self.groups}",
                got=f"{value.shape[0]} channels in {value}",
                remedy="Choose a number of groups that divides the channels.",
                fix=Fix("set", "Set the groups to 1", settings={"groups": 1}),
            )
        return value

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:
        return self.in_groups(build.parameters, value, source, self.groups)

    def torch(self, *inputs: ValueType | None) -> str:
        values = wired(inputs)
        if all(value.batched for value in values):
            settings = f"eps={self.epsilon}, affine={self.affine}"
            return f"nn.GroupNorm({self.groups}, {values[0].shape[0]}, {settings})"
        weights = "weight, bias" if self.affine else "None, None"
        parts = [
            f"torch.group_norm({name}, {self.groups}, {weights}, {self.epsilon})"
            if value.batched
            else f"torch.group_norm({name}.unsqueeze(0), {self.groups}, {weights}, {self.epsilon}).squeeze(0)"
            for name, value in zip((port.name for port in self.inputs()), values, strict=True)
        ]
        return f"({', '.join(parts)},)"
