"""The tensors that a node owns, and how they start."""

from dataclasses import dataclass
from math import prod, sqrt
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wiregrad.nodes._types import NodeProblem, Shape, check_shape, format_shape

Initializer = Literal[
    "fan_in_uniform",
    "kaiming_uniform",
    "kaiming_normal",
    "xavier_uniform",
    "xavier_normal",
    "normal",
    "uniform",
    "zeros",
    "ones",
]
"""`normal` has mean 0 and variance 1, `uniform` lies in -1..1; `fan_in_uniform`, in +-1/sqrt(fan_in), is what
PyTorch's Linear and Conv layers start from."""

MAX_PARAMETERS = 10**8
MATRIX_RANK = 2


@dataclass(frozen=True, slots=True)
class ParameterSpec:
    """A tensor that a node owns.

    `trainable` tensors are changed by Optimizers; frozen weights are not. A `statistic` is no weight at all:
    the node itself updates it while training (`Build.update`), and it is never trainable. `values`, if given,
    are the literal starting values in row-major order (a single one fills the tensor); otherwise
    `initializer` draws them. `fan_in` and `fan_out` count the inputs and outputs of one unit, as the
    initializers' papers define them.
    """

    shape: Shape
    initializer: Initializer = "zeros"
    trainable: bool = True
    statistic: bool = False
    fan_in: int = 1
    fan_out: int = 1
    values: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        check_shape(self.shape)
        if self.size > MAX_PARAMETERS:
            raise NodeProblem(
                "The node would own too many parameters.",
                code="limit",
                expected=f"at most {MAX_PARAMETERS} numbers in one tensor",
                got=f"{self.size} numbers in {format_shape(self.shape)}",
                remedy="Choose smaller sizes here, or reduce the input before this node.",
            )

    @property
    def size(self) -> int:
        return prod(self.shape)


def fans(shape: Shape) -> tuple[int, int]:
    """Inputs and outputs of one unit of a weight in PyTorch's layout: (outputs, inputs, kernel...).

    A tensor with fewer than two axes has no units; all its elements count as both.
    """
    if len(shape) < MATRIX_RANK:
        return prod(shape), prod(shape)
    kernel = prod(shape[2:])
    return shape[1] * kernel, shape[0] * kernel


def initial_value(  # noqa: PLR0911 - one for each initializer
    spec: ParameterSpec, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Draw a tensor's starting value in float64, so that every program dtype starts from the same numbers.

    Sources: Glorot & Bengio 2010 (xavier), He et al. 2015 (kaiming, gain sqrt(2) for ReLU).
    """
    if spec.values is not None:
        values = np.asarray(spec.values, np.float64)
        return np.broadcast_to(values.reshape(spec.shape if values.size > 1 else ()), spec.shape).copy()
    match spec.initializer:
        case "zeros":
            return np.zeros(spec.shape)
        case "ones":
            return np.ones(spec.shape)
        case "normal":
            return generator.standard_normal(spec.shape)
        case "uniform":
            return generator.uniform(-1.0, 1.0, spec.shape)
        case "kaiming_normal" | "xavier_normal":
            return _spread(spec) * generator.standard_normal(spec.shape)
        case "fan_in_uniform" | "kaiming_uniform" | "xavier_uniform":
            bound = sqrt(3.0) * _spread(spec)
            return generator.uniform(-bound, bound, spec.shape)


def _spread(spec: ParameterSpec) -> float:
    """The standard deviation that the initializer asks for."""
    match spec.initializer:
        case "xavier_uniform" | "xavier_normal":
            return sqrt(2.0 / (spec.fan_in + spec.fan_out))
        case "kaiming_uniform" | "kaiming_normal":
            return sqrt(2.0 / spec.fan_in)
        case _:
            return sqrt(1.0 / (3.0 * spec.fan_in))
