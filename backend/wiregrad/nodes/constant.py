from typing import Any, ClassVar

import numpy as np

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._literal import TensorLiteral
from wiregrad.nodes._node import Build, Category, Example, Node, Port
from wiregrad.nodes._types import Fix, NodeProblem, ValueDType, ValueType


class Constant(Node):
    """Numbers that never change: they take part in the calculation, and training leaves them alone.

    Lists within lists make axes: `5` has the shape (), `[1, 2]` the shape (2,). All samples share it.
    """

    title: ClassVar[str] = "Constant"
    category: ClassVar[Category] = "Sources"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(),
        Example(settings={"values": [[1, 2.5, -3], [4, 5, 6]]}),
        Example(settings={"values": [1, 2], "dtype": "int64"}),
        Example(settings={"values": [True, False], "dtype": "bool"}),
    )

    values: TensorLiteral = setting(
        TensorLiteral((), (1.0,)), "Values", "A number, or lists of numbers.", control="tensor"
    )
    dtype: ValueDType = setting(
        "float32", "Data type", "What its elements are: numbers, whole numbers or booleans."
    )

    def inputs(self) -> tuple[Port, ...]:
        return ()

    def outputs(self) -> tuple[Port, ...]:
        return (Port("output", "The numbers."),)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:  # noqa: ARG002
        if self.dtype == "int64" and not self.values.is_integer:
            raise NodeProblem(
                "Whole numbers were promised, but some values have a fraction.",
                code="setting",
                expected="whole numbers for the data type int64",
                got="numbers with a fraction",
                remedy="Round the values, or choose the data type float32.",
                fix=Fix("set", "Set the data type to float32", settings={"dtype": "float32"}),
            )
        return (ValueType(self.dtype, self.values.shape),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        tensor = self.infer()[0].tensor(build.batch_size, build.float_dtype)
        numbers: Any = np.array(self.values.numbers, dtype=tensor.dtype)
        return (ops.constant(numbers.reshape(tensor.shape), tensor.dtype),)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return f"torch.tensor({self.values.nested()}, dtype=torch.{self.dtype})"
