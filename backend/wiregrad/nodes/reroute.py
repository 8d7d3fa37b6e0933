from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import INPUT, OUTPUT
from wiregrad.nodes._types import ValueType


class Reroute(Node):
    """Leads a wire around a corner: the value and its gradient go through as they are.

    It costs nothing: nothing is computed or stored for it.
    """

    title: ClassVar[str] = "Reroute"
    category: ClassVar[Category] = "Structure"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2, 3), True),)),
        Example((ValueType("bool", ()),)),
    )

    def inputs(self) -> tuple[Port, ...]:
        return INPUT

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        return wired(inputs)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        return wired(inputs)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return "input"
