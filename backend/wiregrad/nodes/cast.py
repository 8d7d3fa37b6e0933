from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._broadcast import convert
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import INPUT, OUTPUT
from wiregrad.nodes._types import ValueDType, ValueType


class Cast(Node):
    """Converts numbers: to ones with fractions, to whole ones, or to booleans.

    The shape stays. Fractions are cut off toward zero, and everything but 0 is true (`torch.Tensor.to`).
    Whole numbers and booleans do not change a little when their origin does, so they lose the gradient.
    """

    title: ClassVar[str] = "Cast"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2,), True),)),
        Example((ValueType("int64", (2,), True),)),
        Example((ValueType("float32", (2, 3)),), {"dtype": "int64"}),
        Example((ValueType("float32", (), True),), {"dtype": "bool"}),
        Example((ValueType("bool", (3,), True),), {"dtype": "int64"}),
    )

    dtype: ValueDType = setting("float32", "Data type", "What the numbers become.")

    def inputs(self) -> tuple[Port, ...]:
        return INPUT

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        (value,) = wired(inputs)
        return (value.with_dtype(self.dtype),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        (x,) = wired(inputs)
        return (convert(build, x, self.dtype),)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        return "input" if value.dtype == self.dtype else f"input.to(torch.{self.dtype})"
