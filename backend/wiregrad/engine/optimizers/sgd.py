from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import add, sub
from wiregrad.engine.optimizers.rule import State, decayed, scaled, scaled_by


@dataclass(frozen=True)
class Sgd:
    """Stochastic gradient descent with momentum: `torch.optim.SGD` with dampening 0."""

    name: ClassVar[str] = "sgd"

    momentum: float = 0.0
    nesterov: bool = False
    weight_decay: float = 0.0

    def __post_init__(self) -> None:
        if self.nesterov and not self.momentum:
            raise ValueError("expected a momentum above 0 for Nesterov's; got 0")

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        return {"velocity": parameter} if self.momentum else {}

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:  # fmt: skip
        direction = gradient = decayed(gradient, parameter, self.weight_decay)
        if self.momentum:
            direction = velocity = add(scaled(state["velocity"], self.momentum), gradient)
            state = {"velocity": velocity}
            if self.nesterov:
                direction = add(gradient, scaled(velocity, self.momentum))
        return sub(parameter, scaled_by(direction, learning_rate)), state


RULE = Sgd
