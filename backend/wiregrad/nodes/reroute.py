from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._node import Build, Category, Example
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import ValueType


class Reroute(OneToOne):
    """Leads a wire around a corner: the value and its gradient go through as they are.

    It costs nothing: nothing is computed or stored for it.
    """

    title: ClassVar[str] = "Reroute"
    category: ClassVar[Category] = "Structure"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2, 3), True),)),
        Example((ValueType("bool", ()),)),
    )

    def result(self, value: ValueType) -> ValueType:
        return value

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        return x

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return "input"
