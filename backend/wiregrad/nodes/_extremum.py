"""What Max and Min share."""

from typing import ClassVar

from wiregrad.nodes._arithmetic import check_numbers
from wiregrad.nodes._node import Example
from wiregrad.nodes._reduction import MATRIX, Reduction
from wiregrad.nodes._types import ValueDType, ValueType


class Extremum(Reduction):
    """Takes one of the elements; whole numbers stay whole."""

    examples: ClassVar[tuple[Example, ...]] = (
        Example((MATRIX,)),
        Example((MATRIX,), {"axes": [-1]}),
        Example((MATRIX,), {"axes": [0], "keep_axes": True}),
        Example((MATRIX,), {"axes": [1], "over_batch": True}),
        Example((ValueType("float32", ()),), {"keep_axes": True}),
        Example((ValueType("int64", (3,), True),)),
    )

    def check(self, value: ValueType) -> None:
        check_numbers(value, "input")

    def result_dtype(self, dtype: ValueDType) -> ValueDType:
        return dtype
