"""Means and variances of channels that follow those of the batches, and serve in their place."""

from collections.abc import Mapping
from typing import Any, Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build
from wiregrad.nodes._parameters import ParameterSpec
from wiregrad.nodes._types import Shape

WhenRunning = Literal["evaluating", "always", "never"]


def momentum_setting() -> Any:  # noqa: ANN401 - as `setting`
    return setting(
        0.1,
        "Momentum",
        "How much of the running statistics each batch replaces.",
        ge=0,
        le=1,
        show_when={"use_running_statistics": ["evaluating"]},
    )


def running_specs(shape: Shape, when: WhenRunning) -> Mapping[str, ParameterSpec]:
    if when == "never":
        return {}
    return {
        "running_mean": ParameterSpec(shape, "zeros", trainable=False, statistic=True),
        "running_var": ParameterSpec(shape, "ones", trainable=False, statistic=True),
    }


def uses_running(build: Build, when: WhenRunning) -> bool:
    return when == "always" or (when == "evaluating" and not build.training)


def follow(build: Build, mean: Value, variance: Value, count: int, momentum: float) -> None:
    """Move the running statistics toward new ones, from where an earlier connection left them.

    `variance` is that of `count` numbers, with their number as the divisor. The running one is divided by
    count - 1; a single number has none to learn from, and zero would spoil what was learned.
    """
    news = {"running_mean": mean}
    if count > 1:
        news["running_var"] = ops.mul(variance, ops.full_like(count / (count - 1), variance))
    for name, new in news.items():
        running = build.updates.get(name, build.parameters[name])
        change = ops.mul(ops.sub(new, running), ops.full_like(momentum, new))
        build.update(name, ops.add(running, change))
