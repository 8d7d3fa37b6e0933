from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import add, div, full_like, maximum, sqrt, square, sub
from wiregrad.engine.optimizers.rule import Momentum, State, decayed, scaled, scaled_by, shifted, toward


@dataclass(frozen=True)
class RmsProp:
    """Tieleman and Hinton's lecture 6.5, 2012, as `torch.optim.RMSprop`.

    `centered` divides by the deviation from the average gradient: Graves, arXiv 1308.0850.
    """

    name: ClassVar[str] = "rmsprop"
    per_tensor: ClassVar[bool] = False

    alpha: float = 0.99
    epsilon: float = 1e-8
    momentum: Momentum = 0.0
    centered: bool = False
    weight_decay: float = 0.0

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        names = ["square", *["mean"] * self.centered, *["velocity"] * bool(self.momentum)]
        return dict.fromkeys(names, parameter)

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:  # fmt: skip
        gradient = decayed(gradient, parameter, self.weight_decay)
        divisor = mean_square = toward(square(gradient), state["square"], self.alpha)
        new = {"square": mean_square}
        if self.centered:
            new["mean"] = toward(gradient, state["mean"], self.alpha)
            variance = sub(mean_square, square(new["mean"]))
            divisor = maximum(variance, full_like(0, variance))  # rounding can make it negative
        direction = div(gradient, shifted(sqrt(divisor), self.epsilon))
        if self.momentum:
            direction = new["velocity"] = add(scaled(state["velocity"], self.momentum), direction)
        return sub(parameter, scaled_by(direction, learning_rate)), new


RULE = RmsProp
