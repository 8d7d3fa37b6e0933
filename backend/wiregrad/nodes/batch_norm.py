from collections.abc import Mapping
from math import prod
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Example, wired
from wiregrad.nodes._parameters import ParameterSpec
from wiregrad.nodes._running_statistics import (
    WhenRunning,
    follow,
    momentum_setting,
    running_specs,
    uses_running,
)
from wiregrad.nodes._types import Fix, NodeProblem, ValueType
from wiregrad.nodes._weighted import Weighted, check_float

LIST_RANK = 2


class BatchNorm(Weighted):
    """Shifts and scales every channel so that over the batch its mean is 0 and its variance 1.

    The shape (channels, ...) stays: mean and variance are taken over the batch and all other axes, and then a
    trainable scale (`weight`) and shift (`bias`) per channel are applied (Ioffe & Szegedy 2015;
    `torch.nn.BatchNorm1d` and `2d`). While training it also follows the statistics with running ones, which
    serve when evaluating, where a sample must not depend on the others. In the running variance the sum is
    divided by n - 1, as in PyTorch.
    """

    title: ClassVar[str] = "Batch norm"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3,), True),)),
        Example((ValueType("float32", (2, 3, 2), True),), {"epsilon": 1e-3, "momentum": 0.3}),
        Example((ValueType("float32", (2, 4), True),), {"affine": False, "use_running_statistics": "never"}),
        Example((ValueType("float32", (2, 2, 2), True),), {"use_running_statistics": "always"}),
        Example((ValueType("float32", (3,), True),) * 2, {"connections": 2}),
    )

    epsilon: float = setting(1e-5, "Epsilon", "A small number that keeps the division safe.", gt=0, le=1)
    momentum: float = momentum_setting()
    affine: bool = setting(True, "Scale and shift", "Whether a trainable scale and shift follow.")
    use_running_statistics: WhenRunning = setting(
        "evaluating",
        "Use running statistics",
        "When the running statistics stand in for those of the batch.",
    )

    def result(self, value: ValueType, port: str) -> ValueType:
        check_float(value, port)
        if not value.shape:
            raise NodeProblem(
                "There are no channels to normalize.",
                port=port,
                expected="shape (channels, ...)",
                got=str(value),
                remedy="Put a Reshape to (1,) before it.",
                fix=Fix("insert", "Insert Reshape to (1,)", "Reshape", {"shape": [1]}),
            )
        if not value.batched:
            raise NodeProblem(
                "There is no batch to take the statistics of.",
                port=port,
                expected="a value for each sample",
                got=str(value),
                remedy="Connect a value that depends on an Input.",
            )
        return value

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        shape = value.shape[:1]
        found: dict[str, ParameterSpec] = {}
        if self.affine:
            found["weight"] = ParameterSpec(shape, "ones", self.trainable)
            found["bias"] = ParameterSpec(shape, "zeros", self.trainable)
        return {**found, **running_specs(shape, self.use_running_statistics)}

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:
        x, channels = _channels_last(value), source.shape[0]
        rows = ops.reshape(x, (x.size // channels, channels))
        if uses_running(build, self.use_running_statistics):
            mean, variance = build.parameters["running_mean"], build.parameters["running_var"]
            centered = ops.sub(rows, _per_row(mean, rows))
        else:
            mean = ops.mean(rows, [0])
            centered = ops.sub(rows, _per_row(mean, rows))
            variance = ops.mean(ops.square(centered), [0])
            if build.training and self.use_running_statistics != "never":
                follow(build, mean, variance, rows.shape[0], self.momentum)
        y = ops.mul(centered, _per_row(self._scale(build, variance), rows))
        if self.affine:
            y = ops.add(y, _per_row(build.parameters["bias"], rows))
        return _channels_first(ops.reshape(y, x.shape))

    def _scale(self, build: Build, variance: Value) -> Value:
        deviation = ops.sqrt(ops.add(variance, ops.full_like(self.epsilon, variance)))
        return ops.div(build.parameters["weight"], deviation) if self.affine else ops.reciprocal(deviation)

    def torch(self, *inputs: ValueType | None) -> str:
        (value, *_) = wired(inputs)
        kind = "1d" if value.rank <= LIST_RANK else f"{value.rank - 1}d"
        tracked = self.use_running_statistics != "never"
        settings = f"eps={self.epsilon}, momentum={self.momentum}, affine={self.affine}"
        module = f"nn.BatchNorm{kind}({value.shape[0]}, {settings}, track_running_stats={tracked})"
        return f"{module}.eval()" if self.use_running_statistics == "always" else module

    def multiply_adds(self, *inputs: ValueType | None) -> int:
        return sum(prod(value.shape) for value in wired(inputs))


def _per_row(channels: Value, rows: Value) -> Value:
    return ops.broadcast_to(channels, rows.shape)


def _channels_last(value: Value) -> Value:
    return ops.transpose(value, [0, *range(2, value.rank), 1])


def _channels_first(value: Value) -> Value:
    return ops.transpose(value, [0, value.rank - 1, *range(1, value.rank - 1)])
