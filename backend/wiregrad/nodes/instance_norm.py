from collections.abc import Mapping
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Example, wired
from wiregrad.nodes._normalization import OverChannels, check_channels, moments
from wiregrad.nodes._parameters import ParameterSpec
from wiregrad.nodes._running_statistics import (
    WhenRunning,
    follow,
    momentum_setting,
    running_specs,
    uses_running,
)
from wiregrad.nodes._types import NodeProblem, ValueType

RANKS = range(2, 5)


class InstanceNorm(OverChannels):
    """Shifts and scales every channel of each sample so that its mean is 0 and its variance 1.

    The shape (channels, ...) stays: a channel is normalized over its places alone, as style transfer wants
    it. A trainable scale (`weight`) and shift (`bias`) per channel can follow (Ulyanov et al. 2016, “Instance
    Normalization”; `torch.nn.InstanceNorm1d`, `2d` and `3d`). With running statistics (`track_running_stats`)
    training follows the samples' means and variances, averaged over the batch, and evaluating normalizes by
    them. In the running variance the sum is divided by n - 1, as in PyTorch.
    """

    title: ClassVar[str] = "Instance norm"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2, 4), True),), {"affine": True}),
        Example((ValueType("float32", (2, 2, 3), True),), {"epsilon": 1e-2}),
        Example((ValueType("float32", (2, 3)),)),
        Example((ValueType("float32", (2, 1, 2, 2), True),) * 2, {"affine": True, "connections": 2}),
        Example(
            (ValueType("float32", (2, 2, 3), True),),
            {"use_running_statistics": "evaluating", "momentum": 0.3, "affine": True},
        ),
        Example((ValueType("float32", (2, 3), True),), {"use_running_statistics": "always"}),
    )

    affine: bool = setting(False, "Scale and shift", "Whether a trainable scale and shift follow.")
    momentum: float = momentum_setting()
    use_running_statistics: WhenRunning = setting(
        "never",
        "Use running statistics",
        "When statistics that follow those of the samples stand in for them.",
    )

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

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        running = running_specs(value.shape[:1], self.use_running_statistics)
        return {**super().weights(value), **running}

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:
        if uses_running(build, self.use_running_statistics):
            return self._by_running(build, value, source)
        if build.training and self.use_running_statistics != "never":
            self._follow(build, value, source)
        return self.in_groups(build.parameters, value, source, source.shape[0])

    def _by_running(self, build: Build, value: Value, source: ValueType) -> Value:
        mean, variance = build.parameters["running_mean"], build.parameters["running_var"]
        deviation = ops.sqrt(ops.add(variance, ops.full_like(self.epsilon, variance)))
        place = [int(source.batched)]
        centered = ops.sub(value, ops.broadcast(mean, value.shape, place))
        y = ops.div(centered, ops.broadcast(deviation, value.shape, place))
        return self.scaled_and_shifted(build.parameters, y, source)

    def _follow(self, build: Build, value: Value, source: ValueType) -> None:
        """By the mean of the samples' statistics, which normalizing computes as well."""
        channels, places = source.shape[0], source.size // source.shape[0]
        rows = ops.reshape(value, (value.size // source.size, channels, places))
        mean, _, variance = moments(rows, [2])
        follow(build, ops.mean(mean, [0]), ops.mean(variance, [0]), places, self.momentum)

    def torch(self, *inputs: ValueType | None) -> str:
        (value, *_) = wired(inputs)
        tracked = self.use_running_statistics != "never"
        settings = f"eps={self.epsilon}, momentum={self.momentum}, affine={self.affine}"
        settings += f", track_running_stats={tracked}"
        module = f"nn.InstanceNorm{value.rank - 1}d({value.shape[0]}, {settings})"
        return f"{module}.eval()" if self.use_running_statistics == "always" else module
