from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import (
    add,
    broadcast_to,
    cast,
    div,
    expm1,
    full,
    full_like,
    mul,
    neg,
    sqrt,
    square,
    sub,
)
from wiregrad.engine.optimizers.rule import State, decayed, scaled, scaled_by


@dataclass(frozen=True)
class Adam:
    """Kingma and Ba, arXiv 1412.6980, with `torch.optim.Adam`'s place of epsilon and L2 weight decay."""

    name: ClassVar[str] = "adam"

    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        return {"mean": parameter, "square": parameter}

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:
        gradient = decayed(gradient, parameter, self.weight_decay)
        mean = _toward(gradient, state["mean"], self.beta1)
        mean_square = _toward(square(gradient), state["square"], self.beta2)
        # The bias corrections are moved into scalars: sqrt(v / c2) + e = (sqrt(v) + e sqrt(c2)) / sqrt(c2).
        root = sqrt(_bias_correction(self.beta2, cast(step, parameter.dtype)))
        rate = div(mul(learning_rate, root), _bias_correction(self.beta1, cast(step, parameter.dtype)))
        epsilon = broadcast_to(scaled(root, self.epsilon), parameter.shape)
        change = scaled_by(div(mean, add(sqrt(mean_square), epsilon)), rate)
        return sub(parameter, change), {"mean": mean, "square": mean_square}


def _toward(new: Value, average: Value, beta: float) -> Value:
    """Exponential moving average: beta * average + (1 - beta) * new."""
    return add(average, scaled(sub(new, average), 1 - beta))


def _bias_correction(beta: float, step: Value) -> Value:
    """1 - beta**step, without the cancellation that costs float32 half its digits."""
    if not beta:
        return full_like(1, step)
    return neg(expm1(mul(step, full(math.log(beta), step.dtype))))


RULE = Adam
