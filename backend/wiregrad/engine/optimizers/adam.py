from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import add, broadcast_to, div, maximum, mul, sqrt, square, sub
from wiregrad.engine.optimizers.rule import (
    Momentum,
    State,
    bias_correction,
    decayed,
    scaled,
    scaled_by,
    toward,
)


@dataclass(frozen=True)
class Adam:
    """Kingma and Ba, arXiv 1412.6980, with `torch.optim.Adam`'s place of epsilon and L2 weight decay.

    `amsgrad` divides by the largest average of squares so far: Reddi et al., "On the Convergence of Adam and
    Beyond", ICLR 2018.
    """

    name: ClassVar[str] = "adam"
    per_tensor: ClassVar[bool] = False

    beta1: Momentum = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    amsgrad: bool = False

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        averages = {"mean": parameter, "square": parameter}
        return {**averages, "largest_square": parameter} if self.amsgrad else averages

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:
        gradient = decayed(gradient, parameter, self.weight_decay)
        new = {
            "mean": toward(gradient, state["mean"], self.beta1),
            "square": toward(square(gradient), state["square"], self.beta2),
        }
        divisor = new["square"]
        if self.amsgrad:
            divisor = new["largest_square"] = maximum(state["largest_square"], divisor)
        # The bias corrections are moved into scalars: sqrt(v / c2) + e = (sqrt(v) + e sqrt(c2)) / sqrt(c2).
        root = sqrt(bias_correction(self.beta2, step, parameter.dtype))
        rate = div(mul(learning_rate, root), bias_correction(self.beta1, step, parameter.dtype))
        epsilon = broadcast_to(scaled(root, self.epsilon), parameter.shape)
        change = scaled_by(div(new["mean"], add(sqrt(divisor), epsilon)), rate)
        return sub(parameter, change), new


RULE = Adam
