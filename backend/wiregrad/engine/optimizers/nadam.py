from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import add, cast, div, exp, full_like, mul, sqrt, square, sub
from wiregrad.engine.optimizers.rule import (
    Momentum,
    State,
    bias_correction,
    decayed,
    scaled,
    scaled_by,
    shifted,
    toward,
)

LOG_MOMENTUM_BASE = math.log(0.96)


@dataclass(frozen=True)
class NAdam:
    """Dozat, "Incorporating Nesterov Momentum into Adam", 2016, as `torch.optim.NAdam` with L2 decay."""

    name: ClassVar[str] = "nadam"
    per_tensor: ClassVar[bool] = False

    beta1: Momentum = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    momentum_decay: float = 0.004

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        """`warmth` is 1 less the product of all momenta, so that it starts at zero as all state does."""
        return {"mean": parameter, "square": parameter, "warmth": TensorType(parameter.dtype, ())}

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:
        gradient = decayed(gradient, parameter, self.weight_decay)
        mean = toward(gradient, state["mean"], self.beta1)
        mean_square = toward(square(gradient), state["square"], self.beta2)
        now = cast(step, parameter.dtype)
        momentum, following = self._momentum(now), self._momentum(shifted(now, 1))
        warmth = _warmer(state["warmth"], momentum)
        to_gradient = div(_complement(momentum), warmth)
        to_mean = div(following, _warmer(warmth, following))
        direction = add(scaled_by(gradient, to_gradient), scaled_by(mean, to_mean))
        correction = sqrt(bias_correction(self.beta2, step, parameter.dtype))
        deviation = scaled_by(sqrt(mean_square), div(full_like(1, correction), correction))
        change = scaled_by(div(direction, shifted(deviation, self.epsilon)), learning_rate)
        return sub(parameter, change), {"mean": mean, "square": mean_square, "warmth": warmth}

    def _momentum(self, step: Value) -> Value:
        """The momentum of a step, which grows from beta1 / 2 to beta1."""
        power = exp(scaled(step, LOG_MOMENTUM_BASE * self.momentum_decay))
        return scaled(_complement(scaled(power, 0.5)), self.beta1)


def _warmer(warmth: Value, momentum: Value) -> Value:
    """1 - (1 - warmth) * momentum, as a sum of positive numbers."""
    return add(mul(warmth, momentum), _complement(momentum))


def _complement(x: Value) -> Value:
    return sub(full_like(1, x), x)


RULE = NAdam
