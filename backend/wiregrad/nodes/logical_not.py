from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._booleans import check_booleans
from wiregrad.nodes._node import Build, Category, Example
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import ValueType


class Not(OneToOne):
    """Turns yes into no and no into yes, for every element.

    It takes booleans and gives booleans, which do not carry gradients (`torch.logical_not`).
    """

    title: ClassVar[str] = "Not"
    category: ClassVar[Category] = "Logic"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("bool", (2, 3), True),)),
        Example((ValueType("bool", ()),)),
    )

    def result(self, value: ValueType) -> ValueType:
        check_booleans(value, "input")
        return value

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        return ops.logical_not(x)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return "torch.logical_not(input)"
