from math import prod
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._axes import sample_axis
from wiregrad.nodes._fields import Axis, setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import Fix, NodeProblem, Shape, ValueType


class Flatten(OneToOne):
    """Makes one axis of several: a picture (3, 32, 32) becomes a list of 3072 numbers.

    The batch axis stays. A single number becomes a list of one. Like `torch.nn.Flatten`, whose axes count the
    batch.
    """

    title: ClassVar[str] = "Flatten"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3, 2, 2), True),)),
        Example((ValueType("float32", (3, 2, 2), True),), {"start_axis": 1}),
        Example((ValueType("float32", (3, 2, 2)),), {"end_axis": 1}),
        Example((ValueType("int64", (), True),)),
    )

    start_axis: Axis = setting(0, "First axis", "The first axis of a sample that is merged.")
    end_axis: Axis = setting(
        -1, "Last axis", "The last axis of a sample that is merged; -1 is the last of all."
    )

    def result(self, value: ValueType) -> ValueType:
        return value.with_shape(self._shape(value))

    def _shape(self, value: ValueType) -> Shape:
        if not value.shape:
            return (1,)
        first, last = sample_axis(self.start_axis, value), sample_axis(self.end_axis, value)
        if first > last:
            raise NodeProblem(
                "The first axis comes after the last.",
                code="setting",
                port="input",
                expected="a first axis that is not behind the last",
                got=f"axes {first} to {last} of {value}",
                remedy="Exchange the two.",
                fix=Fix("set", "Exchange them", settings={"start_axis": last, "end_axis": first}),
            )
        return (*value.shape[:first], prod(value.shape[first : last + 1]), *value.shape[last + 1 :])

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:
        return ops.reshape(x, self.result(source).tensor(build.batch_size).shape)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        if not value.shape:
            return "input.unsqueeze(-1)"
        first, last = (sample_axis(axis, value) + value.batched for axis in (self.start_axis, self.end_axis))
        return f"nn.Flatten({first}, {last})"
