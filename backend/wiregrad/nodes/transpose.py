from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._axes import sample_axis
from wiregrad.nodes._fields import AxesSetting, setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, format_shape


class Transpose(OneToOne):
    """Puts the axes of each sample into another order: rows become columns.

    Axis i of the result is axis `axes[i]` of the input: (3, 32, 48) with the axes 1, 2, 0 becomes (32, 48,
    3). Without axes the order is reversed, as in `numpy.transpose`. The batch axis stays (`torch.permute`).
    """

    title: ClassVar[str] = "Transpose"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2, 3), True),)),
        Example((ValueType("float32", (2, 3, 4), True),), {"axes": [1, -1, 0]}),
        Example((ValueType("int64", (2, 1, 3)),), {"axes": [0, 2, 1]}),
    )

    axes: AxesSetting = setting(
        (), "Axes", "The axes of a sample in their new order; empty: the reverse.", control="shape"
    )

    def result(self, value: ValueType) -> ValueType:
        return value.with_shape(tuple(value.shape[axis] for axis in self._order(value)))

    def _order(self, value: ValueType) -> list[int]:
        if not self.axes:
            return list(reversed(range(value.rank)))
        order = [sample_axis(axis, value) for axis in self.axes]
        if sorted(order) != list(range(value.rank)):
            raise NodeProblem(
                "Each axis needs exactly one place.",
                code="setting",
                port="input",
                expected=f"the axes 0 to {value.rank - 1}, each once",
                got=f"axes {format_shape(self.axes)} for {value}",
                remedy="Name every axis of the sample once.",
                fix=Fix("set", "Reverse the axes", settings={"axes": []}),
            )
        return order

    def _permutation(self, value: ValueType) -> list[int]:
        """With the batch axis, if any, where it is."""
        return [0] * value.batched + [axis + value.batched for axis in self._order(value)]

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        return ops.transpose(x, self._permutation(source))

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        return f"input.permute({self._permutation(value)})"
