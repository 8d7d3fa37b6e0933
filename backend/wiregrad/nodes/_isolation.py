"""A node built on its own, with placeholders for inputs and tensors: to describe it, and to test it."""

from dataclasses import dataclass
from typing import Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._node import Build, Node
from wiregrad.nodes._types import ValueType

InputTypes = tuple[ValueType | None, ...]


@dataclass(frozen=True, slots=True)
class Isolated:
    """Placeholders are engine inputs: `input <port>` for each input, and each tensor's own name."""

    build: Build
    inputs: tuple[Value | None, ...]
    outputs: tuple[Value, ...]

    @property
    def placeholders(self) -> dict[str, Value]:
        given = [value for value in self.inputs if value is not None]
        made = [value for value in self.outputs if value.primitive.name == "input"]  # by an Input node
        values = [*given, *self.build.parameters.values(), self.build.seed, self.build.step, *made]
        return {str(value.attributes["name"]): value for value in values}


def isolate(
    node: Node,
    types: InputTypes,
    *,
    batch_size: int = 2,
    float_dtype: Literal["float32", "float64"] = "float32",
    training: bool = True,
) -> Isolated:
    """Build a node whose inputs have these types, which its `infer` accepts."""
    tensors = [None if value is None else value.tensor(batch_size, float_dtype) for value in types]
    inputs = [
        None if tensor is None else ops.input(f"input {port.name}", tensor.dtype, tensor.shape)
        for port, tensor in zip(node.inputs(), tensors, strict=True)
    ]
    build = Build(
        inputs=types,
        parameters={
            name: ops.input(name, float_dtype, spec.shape) for name, spec in node.parameters(*types).items()
        },
        float_dtype=float_dtype,
        batch_size=batch_size,
        training=training,
        seed=ops.input("seed", "uint64", ()),
        step=ops.input("step", "int64", ()),
        stream=0,
    )
    return Isolated(build, tuple(inputs), node.build(build, *inputs))
