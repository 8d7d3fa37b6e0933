from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import div, mul, sqrt, square, sub
from wiregrad.engine.optimizers.rule import State, decayed, scaled_by, shifted, toward


@dataclass(frozen=True)
class Adadelta:
    """Zeiler, arXiv 1212.5701, as `torch.optim.Adadelta`: the paper's is that of learning rate 1."""

    name: ClassVar[str] = "adadelta"
    per_tensor: ClassVar[bool] = False

    rho: float = 0.9
    epsilon: float = 1e-6
    weight_decay: float = 0.0

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        return {"square": parameter, "square_change": parameter}

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:  # fmt: skip
        gradient = decayed(gradient, parameter, self.weight_decay)
        mean_square = toward(square(gradient), state["square"], self.rho)
        sizes = div(self._root(state["square_change"]), self._root(mean_square))
        change = mul(sizes, gradient)
        new = {
            "square": mean_square,
            "square_change": toward(square(change), state["square_change"], self.rho),
        }
        return sub(parameter, scaled_by(change, learning_rate)), new

    def _root(self, x: Value) -> Value:
        return sqrt(shifted(x, self.epsilon))


RULE = Adadelta
