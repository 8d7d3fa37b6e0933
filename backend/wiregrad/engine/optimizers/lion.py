from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import sign, sub
from wiregrad.engine.optimizers.rule import Momentum, State, scaled_by, shrunk, toward


@dataclass(frozen=True)
class Lion:
    """Chen et al., "Symbolic Discovery of Optimization Algorithms", arXiv 2302.06675, algorithm 2.

    Every number changes by the learning rate, in the direction of a sign; weight decay is decoupled. PyTorch
    has no Lion.
    """

    name: ClassVar[str] = "lion"
    per_tensor: ClassVar[bool] = False

    beta1: Momentum = 0.9
    beta2: float = 0.99
    weight_decay: float = 0.0

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        return {"mean": parameter}

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:  # fmt: skip
        direction = sign(toward(gradient, state["mean"], self.beta1))
        mean = toward(gradient, state["mean"], self.beta2)
        kept = shrunk(parameter, self.weight_decay, learning_rate)
        return sub(kept, scaled_by(direction, learning_rate)), {"mean": mean}


RULE = Lion
