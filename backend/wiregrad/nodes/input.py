from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import Name, ShapeSetting, setting
from wiregrad.nodes._node import Build, Category, Example, InputNode, Port
from wiregrad.nodes._types import ValueDType, ValueType


class Input(InputNode):
    """Brings data into the graph: a dataset's column when training, the caller's value when evaluating.

    The shape is that of one sample; the batch axis comes by itself. Class numbers are int64 of shape ().
    Pictures are float32 of shape (channels, height, width).
    """

    title: ClassVar[str] = "Input"
    category: ClassVar[Category] = "Sources"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(),
        Example(settings={"name": "image", "shape": [3, 8, 8]}),
        Example(settings={"name": "digit", "dtype": "int64", "shape": []}),
        Example(settings={"name": "is_cat", "dtype": "bool", "shape": []}),
    )

    name: Name = setting("input", "Name", "The name under which evaluation is given its value.", min_length=1)
    dtype: ValueDType = setting(
        "float32", "Data type", "What its elements are: numbers, whole numbers or booleans."
    )
    shape: ShapeSetting = setting(
        (1,), "Sample shape", "Lengths of the axes of one sample; empty for a single number.", control="shape"
    )
    column: Name = setting(
        "", "Column", "The dataset's column that it reads; empty: the one of the same name."
    )

    @property
    def input_name(self) -> str:
        return self.name

    @property
    def column_name(self) -> str:
        return self.column or self.name

    def inputs(self) -> tuple[Port, ...]:
        return ()

    def outputs(self) -> tuple[Port, ...]:
        return (Port("output", "The data, one sample after another."),)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:  # noqa: ARG002
        return (ValueType(self.dtype, self.shape, batched=True),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        """An engine input under the node's name; the program lists it among its inputs."""
        tensor = self.infer()[0].tensor(build.batch_size, build.float_dtype)
        return (ops.input(self.name, tensor.dtype, tensor.shape),)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return self.name if self.name.isidentifier() else "input"
