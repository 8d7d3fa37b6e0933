from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import add, eq, full, full_like, select, sub
from wiregrad.engine.optimizers.rule import Momentum, State, decayed, scaled, scaled_by


@dataclass(frozen=True)
class Sgd:
    """Stochastic gradient descent with momentum, as `torch.optim.SGD`.

    `dampening` keeps that part of every gradient but the first out of the momentum.
    """

    name: ClassVar[str] = "sgd"
    per_tensor: ClassVar[bool] = False

    momentum: Momentum = 0.0
    dampening: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        if self.nesterov and not self.momentum:
            raise ValueError("expected a momentum above 0 for Nesterov's; got 0")
        if self.nesterov and self.dampening:
            raise ValueError(f"expected no dampening beside Nesterov's momentum; got {self.dampening}")

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        return {"velocity": parameter} if self.momentum else {}

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:
        direction = gradient = decayed(gradient, parameter, self.weight_decay)
        if self.momentum:
            entering = self._dampened(gradient, step)
            direction = velocity = add(scaled(state["velocity"], self.momentum), entering)
            state = {"velocity": velocity}
            if self.nesterov:
                direction = add(gradient, scaled(velocity, self.momentum))
        return sub(parameter, scaled_by(direction, learning_rate)), state

    def _dampened(self, gradient: Value, step: Value) -> Value:
        if not self.dampening:
            return gradient
        whole, damped = full(1.0, gradient.dtype), full(1 - self.dampening, gradient.dtype)
        return scaled_by(gradient, select(eq(step, full_like(1, step)), whole, damped))


RULE = Sgd
