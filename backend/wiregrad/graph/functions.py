"""Functions in the making: their inputs and outputs are named as they come up."""

from dataclasses import dataclass, field

from wiregrad.engine import ops
from wiregrad.engine.ir import Function, TensorType, Value


@dataclass(slots=True)
class FunctionBuilder:
    """Collects a function's inputs and outputs; a carried input stays in the executable between calls."""

    inputs: dict[str, Value] = field(default_factory=dict)
    outputs: dict[str, Value] = field(default_factory=dict)
    carries: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, type_: TensorType) -> Value:
        self.inputs[name] = ops.input(name, type_.dtype, type_.shape)
        return self.inputs[name]

    def write(self, name: str, value: Value) -> None:
        self.outputs[name] = value

    def carry(self, name: str, value: Value) -> None:
        """Give the carried input `name` its next value."""
        self.outputs[f"next/{name}"] = value
        self.carries[f"next/{name}"] = name

    def function(self, name: str) -> Function:
        return Function(name, self.inputs, self.outputs, self.carries)
