from collections.abc import Mapping
from typing import ClassVar

import numpy as np

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Example, wired
from wiregrad.nodes._normalization import OverLastAxes
from wiregrad.nodes._parameters import ParameterSpec
from wiregrad.nodes._types import ValueType


class RMSNorm(OverLastAxes):
    """Divides the last axes of each sample by their root mean square: like layer norm, without the mean.

    The shape stays: `input / sqrt(mean(input ** 2) + epsilon) * weight`, with a trainable `weight` for each
    place of these axes (Zhang & Sennrich 2019, “Root Mean Square Layer Normalization”; `torch.nn.RMSNorm`).
    """

    title: ClassVar[str] = "RMS norm"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (4,), True),)),
        Example((ValueType("float32", (2, 3), True),), {"axes": 2, "epsilon": 1e-2}),
        Example((ValueType("float32", (2, 4)),), {"affine": False}),
        Example((ValueType("float32", (3,), True), ValueType("float32", (2, 3))), {"connections": 2}),
    )

    epsilon: float | None = setting(
        None,
        "Epsilon",
        "A small number that keeps the division safe; empty: the smallest step from 1 (1.2e-7).",
        gt=0,
        le=1,
    )

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        found = self.scale_and_shift(self.normalized_shape(value))
        return {name: spec for name, spec in found.items() if name == "weight"}

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:  # noqa: ARG002
        axes = self.last(value)
        epsilon = float(np.finfo(build.float_dtype).eps) if self.epsilon is None else self.epsilon
        squares = ops.mean(ops.square(value), axes)
        size = ops.sqrt(ops.add(squares, ops.full_like(epsilon, squares)))
        y = ops.div(value, ops.restore(size, value, axes))
        return ops.mul(y, ops.broadcast_to(build.parameters["weight"], y.shape)) if self.affine else y

    def torch(self, *inputs: ValueType | None) -> str:
        shape = list(self.normalized_shape(wired(inputs)[0]))
        return f"nn.RMSNorm({shape}, eps={self.epsilon}, elementwise_affine={self.affine})"
