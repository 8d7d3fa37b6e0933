from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._booleans import check_booleans
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import INPUT, OUTPUT
from wiregrad.nodes._types import ValueType


class Not(Node):
    """Turns yes into no and no into yes, for every element.

    It takes booleans and gives booleans, which do not carry gradients (`torch.logical_not`).
    """

    title: ClassVar[str] = "Not"
    category: ClassVar[Category] = "Logic"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("bool", (2, 3), True),)),
        Example((ValueType("bool", ()),)),
    )

    def inputs(self) -> tuple[Port, ...]:
        return INPUT

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        (value,) = wired(inputs)
        check_booleans(value, "input")
        return (value,)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        (x,) = wired(inputs)
        return (ops.logical_not(x),)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return "torch.logical_not(input)"
