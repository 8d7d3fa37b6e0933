"""What an update rule is: typed settings, named state that starts at zero, and one step written in IR."""

from __future__ import annotations

from typing import ClassVar, Protocol

from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.ops import add, broadcast_to, full_like, mul

State = dict[str, Value]


class UpdateRule(Protocol):
    """A frozen dataclass of hyper-parameters, for parameters of any shape, a flat buffer of many included."""

    name: ClassVar[str]

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        """The tensors that the rule keeps between steps."""

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:
        """The next parameter and state; the step is an int64 scalar counted from 1."""


def decayed(gradient: Value, parameter: Value, weight_decay: float) -> Value:
    """The gradient with that of an L2 penalty added, as PyTorch's `weight_decay` of SGD and Adam."""
    return add(gradient, scaled(parameter, weight_decay)) if weight_decay else gradient


def scaled(x: Value, factor: float) -> Value:
    return mul(x, full_like(factor, x))


def scaled_by(x: Value, scalar: Value) -> Value:
    return mul(x, broadcast_to(scalar, x.shape))
