from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.optimizers.adam import Adam
from wiregrad.engine.optimizers.rule import Momentum, State, shrunk


@dataclass(frozen=True)
class AdamW:
    """`torch.optim.AdamW`: Adam whose weight decay is decoupled from the gradient (arXiv 1711.05101)."""

    name: ClassVar[str] = "adamw"
    per_tensor: ClassVar[bool] = False

    beta1: Momentum = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.01
    amsgrad: bool = False

    @property
    def _adam(self) -> Adam:
        return Adam(self.beta1, self.beta2, self.epsilon, amsgrad=self.amsgrad)

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        return self._adam.state(parameter)

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:
        parameter = shrunk(parameter, self.weight_decay, learning_rate)
        return self._adam.update(parameter, gradient, state, learning_rate, step)


RULE = AdamW
