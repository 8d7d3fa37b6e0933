from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import add, cast, div, sqrt, square, sub
from wiregrad.engine.optimizers.rule import State, decayed, scaled, scaled_by, shifted


@dataclass(frozen=True)
class Adagrad:
    """Duchi, Hazan and Singer, JMLR 12, 2011, as `torch.optim.Adagrad`.

    The learning rate of step i, counted from 1, is divided by 1 + rate_decay * (i - 1).
    """

    name: ClassVar[str] = "adagrad"
    per_tensor: ClassVar[bool] = False

    epsilon: float = 1e-10
    initial_sum: float = 0.0
    rate_decay: float = 0.0
    weight_decay: float = 0.0

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        return {"sum": parameter}

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:
        gradient = decayed(gradient, parameter, self.weight_decay)
        total = add(state["sum"], square(gradient))
        root = sqrt(shifted(total, self.initial_sum)) if self.initial_sum else sqrt(total)
        direction = div(gradient, shifted(root, self.epsilon))
        return sub(parameter, scaled_by(direction, self._rate(learning_rate, step))), {"sum": total}

    def _rate(self, learning_rate: Value, step: Value) -> Value:
        if not self.rate_decay:
            return learning_rate
        steps_before = shifted(cast(step, learning_rate.dtype), -1)
        return div(learning_rate, shifted(scaled(steps_before, self.rate_decay), 1))


RULE = Adagrad
