from collections.abc import Mapping
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import Dimension, setting
from wiregrad.nodes._node import Build, Example, wired
from wiregrad.nodes._parameters import Initializer, ParameterSpec
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, format_shape
from wiregrad.nodes._weighted import Weighted, check_float

SEQUENCE_RANK = 2


class Linear(Weighted):
    """Multiplies by a matrix of weights and adds a bias: every unit sees every input.

    (..., inputs) becomes (..., units) as `input @ weight.T + bias`, with `weight` of shape (units, inputs)
    and `bias` of shape (units,), as in `torch.nn.Linear`. Along a sequence (steps, inputs), every step goes
    through the same weights. A picture should go through Flatten first.
    """

    title: ClassVar[str] = "Linear"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (4,), True),), {"units": 3}),
        Example((ValueType("float32", (5, 4), True),), {"units": 2, "bias": False}),
        Example((ValueType("float32", (4,)),), {"units": 1, "initializer": "xavier_normal"}),
        Example(
            (ValueType("float32", (4,), True), ValueType("float32", (4,))), {"units": 3, "connections": 2}
        ),
        Example((ValueType("float32", (2, 3, 4), True),), {"units": 2, "last_axis": True}),
    )

    units: Dimension = setting(1, "Units", "How many numbers come out for each sample.")
    bias: bool = setting(True, "Bias", "Whether a trainable number is added to each unit.")
    initializer: Initializer = setting(
        "fan_in_uniform", "Weight initializer", "How starting weights are drawn."
    )
    bias_initializer: Initializer = setting(
        "fan_in_uniform", "Bias initializer", "How starting biases are drawn.", show_when={"bias": [True]}
    )
    last_axis: bool = setting(
        False,
        "Along the last axis",
        "Allow samples with three or more axes, of which only the last is transformed.",
    )

    def result(self, value: ValueType, port: str) -> ValueType:
        check_float(value, port)
        if not value.shape:
            raise self._single_number(value, port)
        if value.rank > SEQUENCE_RANK and not self.last_axis:
            raise self._picture(value, port)
        return value.with_shape((*value.shape[:-1], self.units))

    def _single_number(self, value: ValueType, port: str) -> NodeProblem:
        return NodeProblem(
            "This layer works on a list of numbers for each sample.",
            port=port,
            expected="shape (inputs,) or (..., inputs)",
            got=str(value),
            remedy="Put a Reshape to (1,) before it, or give the Input the shape (1,).",
            fix=Fix("insert", "Insert Reshape to (1,)", "Reshape", {"shape": [1]}),
        )

    def _picture(self, value: ValueType, port: str) -> NodeProblem:
        return NodeProblem(
            f"Of the shape {format_shape(value.shape)} only the last axis would be transformed.",
            port=port,
            expected="shape (inputs,), or a sequence (steps, inputs)",
            got=str(value),
            remedy="Put a Flatten before it, so that every unit sees the whole sample. "
            "If the last axis is what you mean, switch on “Along the last axis”.",
            fix=Fix("insert", "Insert Flatten", "Flatten", {}),
        )

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        fan_in = value.shape[-1]
        weight = ParameterSpec(
            (self.units, fan_in), self.initializer, self.trainable, fan_in=fan_in, fan_out=self.units
        )
        bias = ParameterSpec(
            (self.units,), self.bias_initializer, self.trainable, fan_in=fan_in, fan_out=self.units
        )
        return {"weight": weight, "bias": bias} if self.bias else {"weight": weight}

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:  # noqa: ARG002
        lead = value.shape[:-1]
        rows = value if lead else ops.reshape(value, (1, *value.shape))
        result = ops.matmul(rows, ops.matrix_transpose(build.parameters["weight"]))
        if self.bias:
            result = ops.add(result, ops.broadcast_to(build.parameters["bias"], result.shape))
        return ops.reshape(result, (*lead, self.units))

    def torch(self, *inputs: ValueType | None) -> str:
        features = wired(inputs)[0].shape[-1]
        return f"nn.Linear({features}, {self.units}{'' if self.bias else ', bias=False'})"

    def multiply_adds(self, *inputs: ValueType | None) -> int:
        return sum(value.size * self.units for value in wired(inputs))
