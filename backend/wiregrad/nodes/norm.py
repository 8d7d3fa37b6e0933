from typing import Annotated, ClassVar, Literal

from pydantic import Field

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import check_numbers
from wiregrad.nodes._extremum import Extremum
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Example
from wiregrad.nodes._reduction import MATRIX, Reduction
from wiregrad.nodes._types import ValueDType, ValueType

EUCLIDEAN = 2
Power = Annotated[float, Field(gt=0, le=100)]


class Norm(Reduction):
    """Measures how long vectors are: the p-th root of the sum of the p-th powers of the absolute values.

    p = 2 is the Euclidean length, 1 the sum of the absolute values, "inf" the largest of them. All axes of
    the sample are reduced unless some are named. The gradient of a vector of zeros is zero, as in
    `torch.linalg.vector_norm`; very large and very small numbers neither overflow nor vanish.
    """

    title: ClassVar[str] = "Norm"
    spelling: ClassVar[str] = "linalg.vector_norm"
    examples: ClassVar[tuple[Example, ...]] = (
        *Extremum.examples,
        Example((MATRIX,), {"p": 1, "axes": [0]}),
        Example((MATRIX,), {"p": 3.5, "axes": [1]}),
        Example((MATRIX,), {"p": "inf"}),
        Example((ValueType("int64", (3,), True),), {"p": "inf"}),
    )

    p: Power | Literal["inf"] = setting(
        2.0, "p", "The power: 2 for Euclidean length, 1 for absolute values, inf for the largest of them."
    )

    def check(self, value: ValueType) -> None:
        check_numbers(value, "input")

    def result_dtype(self, dtype: ValueDType) -> ValueDType:  # noqa: ARG002
        return "float32"

    def reduce(self, x: Value, axes: list[int]) -> Value:
        sizes = ops.abs(x)
        if self.p == "inf" or not axes:
            return ops.reduce_max(sizes, axes)
        return ops.reduce_sum(sizes, axes) if self.p == 1 else _root_of_powers(x, axes, self.p)

    def spelled(self, x: str, axes: list[int]) -> str:
        order = "torch.inf" if self.p == "inf" else self.p
        return f"torch.linalg.vector_norm({x}, ord={order}, dim={axes})" if axes else f"torch.abs({x})"


def _root_of_powers(x: Value, axes: list[int], p: float) -> Value:
    """Of x divided by its largest size, and multiplied by that in the end: no power of 1 can overflow."""
    largest = ops.stop_gradient(ops.reduce_max(ops.abs(x), axes))
    is_zero = ops.eq(largest, ops.full_like(0, largest))
    usable = ops.logical_and(ops.is_finite(largest), ops.logical_not(is_zero))
    scale = ops.select(usable, largest, ops.full_like(1, largest))
    total = ops.reduce_sum(_powers(ops.div(x, ops.restore(scale, x, axes)), p), axes)
    total = ops.select(is_zero, ops.full_like(1, total), total)
    root = ops.sqrt(total) if p == EUCLIDEAN else ops.pow(total, ops.full_like(1 / p, total))
    return ops.select(is_zero, ops.full_like(0, total), ops.mul(scale, root))


def _powers(x: Value, p: float) -> Value:
    if p == EUCLIDEAN:
        return ops.square(x)
    sizes = ops.abs(x)
    is_zero = ops.eq(sizes, ops.full_like(0, sizes))
    # Zeros stay out of the power: for p below 1 its derivative there is infinite.
    powers = ops.pow(ops.select(is_zero, ops.full_like(1, sizes), sizes), ops.full_like(p, sizes))
    return ops.select(is_zero, ops.full_like(0, sizes), powers)
