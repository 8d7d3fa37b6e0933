from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import check_numbers
from wiregrad.nodes._axes import sample_axis, tensor_axis
from wiregrad.nodes._fields import Axis, setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import ValueType


class ArgMax(OneToOne):
    """Says where along an axis the largest element stands: of class scores, the number of the class.

    The axis gives way to a whole number counted from 0; of equally large elements the first counts. A place
    does not change a little when the numbers change a little, so no gradient passes (`torch.argmax`).
    """

    title: ClassVar[str] = "ArgMax"
    category: ClassVar[Category] = "Reductions"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3,), True),)),
        Example((ValueType("float32", (2, 3), True),), {"axis": -1, "keep_axis": True}),
        Example((ValueType("int64", (2, 4)),), {"axis": 1}),
    )

    axis: Axis = setting(0, "Axis", "The axis of a sample that is searched; classes stand along the first.")
    keep_axis: bool = setting(False, "Keep axis", "Whether the axis stays, with the length 1.")

    def result(self, value: ValueType) -> ValueType:
        check_numbers(value, "input")
        axis = sample_axis(self.axis, value)
        shape = (*value.shape[:axis], *([1] * self.keep_axis), *value.shape[axis + 1 :])
        return ValueType("int64", shape, value.batched)

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:
        result = self.result(source)
        found = ops.argmax(x, tensor_axis(self.axis, source))
        return ops.reshape(found, result.tensor(build.batch_size).shape)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        return f"torch.argmax(input, dim={tensor_axis(self.axis, value)}, keepdim={self.keep_axis})"
