from collections.abc import Mapping
from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import ShapeSetting, setting
from wiregrad.nodes._literal import TensorLiteral
from wiregrad.nodes._node import Build, Category, Example, Node, Port
from wiregrad.nodes._parameters import Initializer, ParameterSpec, fans
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, format_shape


class Parameter(Node):
    """A tensor that training changes: the simplest thing that can be optimized.

    It has no batch axis: all samples share it. It starts from the values given, or from what the initializer
    draws (see `torch.nn.init`).
    """

    title: ClassVar[str] = "Parameter"
    category: ClassVar[Category] = "Sources"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(),
        Example(settings={"values": 5}),
        Example(settings={"shape": [2, 2], "values": [[1, 2], [3, 4.5]]}),
        Example(settings={"shape": [3], "initializer": "zeros", "trainable": False}),
    )

    shape: ShapeSetting = setting(
        (), "Shape", "Lengths of its axes; empty for a single number.", control="shape"
    )  # fmt: skip
    values: TensorLiteral | None = setting(
        None,
        "Values",
        "Where it starts: one number for all elements, or one for each; empty: the initializer draws them.",
        control="tensor",
    )
    initializer: Initializer = setting(
        "normal", "Initializer", "How starting values are drawn.", show_when={"values": [None]}
    )
    trainable: bool = setting(True, "Trainable", "Whether Optimizers may change it.")

    def inputs(self) -> tuple[Port, ...]:
        return ()

    def outputs(self) -> tuple[Port, ...]:
        return (Port("output", "Its present value."),)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:  # noqa: ARG002
        result = ValueType("float32", self.shape)
        if self.values is not None and len(self.values.numbers) not in (1, result.size):
            self._refuse(self.values)
        self.parameters()
        return (result,)

    def _refuse(self, values: TensorLiteral) -> None:
        raise NodeProblem(
            "The values do not fill the shape.",
            code="setting",
            expected=f"1 number, or as many as the shape {format_shape(self.shape)} has",
            got=f"{len(values.numbers)} numbers of shape {format_shape(values.shape)}",
            remedy="Change the shape or the values.",
            fix=Fix(
                "set",
                f"Set the shape to {format_shape(values.shape)}",
                settings={"shape": list(values.shape)},
            ),
        )

    def parameters(self, *inputs: ValueType | None) -> Mapping[str, ParameterSpec]:  # noqa: ARG002
        fan_in, fan_out = fans(self.shape)
        values = None if self.values is None else tuple(map(float, self.values.numbers))
        spec = ParameterSpec(
            self.shape, self.initializer, self.trainable, fan_in=fan_in, fan_out=fan_out, values=values
        )
        return {"value": spec}

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        return (build.parameters["value"],)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        if self.values is None:
            start = f"torch.empty({list(self.shape)})"
        elif len(self.values.numbers) == 1:
            start = f"torch.full({list(self.shape)}, {float(self.values.numbers[0])})"
        else:
            numbers = list(map(float, self.values.numbers))
            start = f"torch.tensor({numbers}).reshape({list(self.shape)})"
        return f"nn.Parameter({start}, requires_grad={self.trainable})"
