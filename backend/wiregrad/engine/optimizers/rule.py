"""What an update rule is: typed settings, named state that starts at zero, and one step written in IR."""

from __future__ import annotations

import math
from typing import ClassVar, Protocol, TypeAlias

from wiregrad.engine.ir import DType, TensorType, Value
from wiregrad.engine.ops import add, broadcast_to, cast, expm1, full, full_like, log, mul, neg, sub

State = dict[str, Value]
Momentum: TypeAlias = float | Value
"""A setting, or the number of a step: a scalar of the parameters' dtype, above 0 and below 1."""


class UpdateRule(Protocol):
    """A frozen dataclass of hyper-parameters, for parameters of any shape.

    A rule that works on each number alone is given a flat buffer of many tensors; one that says
    `per_tensor` gets each tensor in its own shape. A setting of the type Momentum may be replaced by a number
    that changes from step to step.
    """

    name: ClassVar[str]
    per_tensor: ClassVar[bool] = False

    def state(self, parameter: TensorType) -> dict[str, TensorType]:
        """The tensors that the rule keeps between steps."""

    def update(
        self, parameter: Value, gradient: Value, state: State, learning_rate: Value, step: Value
    ) -> tuple[Value, State]:
        """The next parameter and state; the step is an int64 scalar counted from 1."""


def decayed(gradient: Value, parameter: Value, weight_decay: float) -> Value:
    """The gradient with that of an L2 penalty added: PyTorch's `weight_decay`, unless it is decoupled."""
    return add(gradient, scaled(parameter, weight_decay)) if weight_decay else gradient


def shrunk(parameter: Value, weight_decay: float, learning_rate: Value) -> Value:
    """The parameter after decoupled weight decay: Loshchilov and Hutter, arXiv 1711.05101."""
    if not weight_decay:
        return parameter
    return sub(parameter, scaled_by(parameter, scaled(learning_rate, weight_decay)))


def toward(new: Value, average: Value, beta: Momentum) -> Value:
    """Exponential moving average: beta * average + (1 - beta) * new."""
    rest = sub(full_like(1, beta), beta) if isinstance(beta, Value) else 1 - beta
    return add(average, scaled(sub(new, average), rest))


def complement_of_power(beta: Momentum, exponent: Value) -> Value:
    """1 - beta**exponent, without the cancellation that costs float32 half its digits."""
    if isinstance(beta, Value):
        return neg(expm1(mul(exponent, log(beta))))
    if not beta:
        return full_like(1, exponent)
    return neg(expm1(mul(exponent, full(math.log(beta), exponent.dtype))))


def bias_correction(beta: Momentum, step: Value, dtype: DType) -> Value:
    """By what an average that started at zero falls short after so many steps: 1 - beta**step."""
    return complement_of_power(beta, cast(step, dtype))


def shifted(x: Value, number: float) -> Value:
    return add(x, full_like(number, x))


def scaled(x: Value, factor: Momentum) -> Value:
    return scaled_by(x, factor) if isinstance(factor, Value) else mul(x, full_like(factor, x))


def scaled_by(x: Value, scalar: Value) -> Value:
    return mul(x, broadcast_to(scalar, x.shape))
