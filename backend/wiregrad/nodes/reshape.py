from math import prod
from typing import Annotated, ClassVar

from pydantic import Field

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import MAX_DIMENSION, MAX_RANK, NodeProblem, Shape, ValueType, format_shape

LengthOrRest = Annotated[int, Field(ge=-1, le=MAX_DIMENSION)]
NewShape = Annotated[tuple[LengthOrRest, ...], Field(max_length=MAX_RANK)]


class Reshape(OneToOne):
    """Puts the elements of each sample into another shape, in the same order.

    One length may be -1: it becomes what is left over. The batch axis stays. Elements are counted with the
    last axis running fastest, as in `torch.reshape`.
    """

    title: ClassVar[str] = "Reshape"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2, 6), True),), {"shape": [3, -1]}),
        Example((ValueType("float32", (1,), True),), {"shape": []}),
        Example((ValueType("float32", (4,)),), {"shape": [2, 1, 2]}),
        Example((ValueType("bool", (2, 2), True),)),
    )

    shape: NewShape = setting(
        (-1,), "Shape", "Lengths of the axes of one sample; one may be -1, for the rest.", control="shape"
    )

    def result(self, value: ValueType) -> ValueType:
        if self.shape.count(-1) > 1 or 0 in self.shape:
            raise NodeProblem(
                "This is no shape.",
                code="setting",
                expected="lengths of 1 or more, at most one of them -1",
                got=format_shape(self.shape),
                remedy="Write every length but one as a number.",
            )
        shape = _filled(self.shape, value.size)
        if prod(shape) != value.size:
            raise NodeProblem(
                "The new shape has another number of elements.",
                port="input",
                expected=f"{_elements(self.shape)} elements for {format_shape(self.shape)}",
                got=f"{value.size} elements in {value}",
                remedy="Choose lengths whose product is the number of elements, or let one be -1.",
            )
        return value.with_shape(shape)

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:
        return ops.reshape(x, self.result(source).tensor(build.batch_size).shape)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        result = self.result(value)
        shape = [*(["input.shape[0]"] if value.batched else []), *map(str, result.shape)]
        return f"input.reshape([{', '.join(shape)}])"


def _elements(shape: Shape) -> str:
    known = prod(length for length in shape if length != -1)
    return f"a multiple of {known}" if -1 in shape else str(known)


def _filled(shape: Shape, size: int) -> Shape:
    """With -1 replaced by what is left over, as far as it divides."""
    rest = size // prod(length for length in shape if length > 0)
    return tuple(rest if length == -1 else length for length in shape)
