from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._broadcast import convert
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import ValueDType, ValueType


class Cast(OneToOne):
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

    def result(self, value: ValueType) -> ValueType:
        return value.with_dtype(self.dtype)

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        return convert(build, x, self.dtype)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        return "input" if value.dtype == self.dtype else f"input.to(torch.{self.dtype})"
