from collections.abc import Mapping
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Example, wired
from wiregrad.nodes._normalization import EPSILON_HELP, OverLastAxes, standardized
from wiregrad.nodes._parameters import ParameterSpec
from wiregrad.nodes._types import ValueType


class LayerNorm(OverLastAxes):
    """Shifts and scales the last axes of each sample so that their mean is 0 and their variance 1.

    The shape stays. Of (steps, width) every step is normalized alone; with 2 axes the whole sample at once.
    Then a trainable scale (`weight`) and shift (`bias`) for each place of these axes are applied. No sample
    depends on another (Ba et al. 2016, “Layer Normalization”; `torch.nn.LayerNorm`).
    """

    title: ClassVar[str] = "Layer norm"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (4,), True),)),
        Example((ValueType("float32", (2, 3), True),), {"axes": 2, "epsilon": 1e-2}),
        Example((ValueType("float32", (2, 4)),), {"affine": False}),
        Example((ValueType("float32", (2, 6), True),), {"shift": False}),
        Example((ValueType("float32", (3,), True), ValueType("float32", (2, 3))), {"connections": 2}),
    )

    epsilon: float = setting(1e-5, "Epsilon", EPSILON_HELP, gt=0, le=1)
    shift: bool = setting(
        True, "Shift", "Whether each place gets a trainable shift too.", show_when={"affine": [True]}
    )

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        found = self.scale_and_shift(self.normalized_shape(value))
        return {name: spec for name, spec in found.items() if self.shift or name != "bias"}

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:  # noqa: ARG002
        y = standardized(value, self.last(value), self.epsilon)
        if "weight" in build.parameters:
            y = ops.mul(y, ops.broadcast_to(build.parameters["weight"], y.shape))
        if "bias" in build.parameters:
            y = ops.add(y, ops.broadcast_to(build.parameters["bias"], y.shape))
        return y

    def torch(self, *inputs: ValueType | None) -> str:
        shape = list(self.normalized_shape(wired(inputs)[0]))
        settings = f"eps={self.epsilon}, elementwise_affine={self.affine}, bias={self.shift}"
        return f"nn.LayerNorm({shape}, {settings})"
