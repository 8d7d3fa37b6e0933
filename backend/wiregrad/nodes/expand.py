from itertools import zip_longest
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import NodeProblem, Shape, ValueType, format_shape
from wiregrad.nodes.reshape import NewShape


class Expand(OneToOne):
    """Repeats axes of the length 1, and puts new axes in front, until a sample has the wanted shape.

    (3, 1) expanded to (2, 3, 4) is the same three numbers, in four columns, twice. A length of -1 leaves an
    axis as it is (`torch.Tensor.expand`).
    """

    title: ClassVar[str] = "Expand"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3, 1), True),), {"shape": [2, -1, 4]}),
        Example((ValueType("float32", (1, 2)),), {"shape": [3, 2]}),
        Example((ValueType("int64", (), True),), {"shape": [2]}),
        Example((ValueType("float32", (2,), True),)),
    )

    shape: NewShape = setting(
        (-1,), "Shape", "The wanted lengths of the axes of one sample; -1: as it is.", control="shape"
    )

    def result(self, value: ValueType) -> ValueType:
        if 0 in self.shape:
            raise NodeProblem(
                "This is no shape.",
                code="setting",
                expected="lengths of 1 or more, or -1 for an axis that stays",
                got=format_shape(self.shape),
                remedy="Write the wanted length of every axis.",
            )
        pairs = list(zip_longest(reversed(self.shape), reversed(value.shape)))
        if not all(_fits(new, old) for new, old in pairs):
            raise NodeProblem(
                "The value cannot be expanded to this shape.",
                port="input",
                expected="lengths of 1, or equal to the wanted ones, counted from the last axis",
                got=f"{value} for {format_shape(self.shape)}",
                remedy="Reshape the value so that the axes to repeat have the length 1, or change the shape.",
            )
        wanted: list[int] = [new if new != -1 else old for new, old in pairs]
        return value.with_shape(tuple(reversed(wanted)))

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:
        result = self.result(source)
        added = result.rank - source.rank
        axes = [0] * source.batched + [axis + added + source.batched for axis in range(source.rank)]
        return ops.broadcast(x, result.tensor(build.batch_size).shape, axes)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        result = self.result(value)
        if not value.batched:
            return f"input.expand({_listed(result.shape)})"
        aligned: Shape = (*[1] * (result.rank - value.rank), *value.shape)
        return f"input.reshape({_listed((-1, *aligned))}).expand({_listed((-1, *result.shape))})"


def _listed(shape: Shape) -> str:
    return str(list(shape))


def _fits(new: int | None, old: int | None) -> bool:
    """Whether an axis of the length `old` (none: there is none yet) can get the length `new`."""
    if new is None:
        return False
    return new != -1 if old is None else new in (-1, old) or old == 1
