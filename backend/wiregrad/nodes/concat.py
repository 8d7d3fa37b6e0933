from functools import reduce
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._axes import sample_axis, tensor_axis
from wiregrad.nodes._broadcast import broadcast_value, common_dtype
from wiregrad.nodes._fields import Axis, setting
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import OUTPUT, numbered
from wiregrad.nodes._types import NodeProblem, ValueDType, ValueType, format_shape

MAX_INPUTS = 64


class Concat(Node):
    """Puts values one behind the other along an axis of the sample.

    All other axes have equal lengths. A value without a batch is used for every sample. Whole numbers become
    float32 where any of the values is.
    """

    title: ClassVar[str] = "Concatenate"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2,), True), ValueType("float32", (3,), True))),
        Example((ValueType("float32", (2, 2), True), ValueType("int64", (2, 3))), {"axis": -1}),
        Example((ValueType("float32", (2, 1)),) * 3, {"axis": 1, "count": 3}),
        Example((ValueType("bool", (1,), True),), {"count": 1}),
    )

    axis: Axis = setting(0, "Axis", "The axis of a sample along which they stand; -1 is the last.")
    count: int = setting(2, "Inputs", "How many values are put together.", ge=1, le=MAX_INPUTS)

    def inputs(self) -> tuple[Port, ...]:
        return numbered("input", self.count, "The value that comes at this place.")

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        values = wired(inputs)
        first = values[0]
        axis = sample_axis(self.axis, first)
        for port, value in zip(self.inputs(), values, strict=True):
            if value.rank != first.rank or _around(value, axis) != _around(first, axis):
                raise self._misfit(port.name, value, first, axis)
        length = sum(value.shape[axis] for value in values)
        shape = (*first.shape[:axis], length, *first.shape[axis + 1 :])
        return (ValueType(self._dtype(values), shape, any(value.batched for value in values)),)

    def _misfit(self, port: str, value: ValueType, first: ValueType, axis: int) -> NodeProblem:
        lengths = [str(length) for length in first.shape]
        lengths[axis] = "any"
        return NodeProblem(
            f"The values differ along another axis than {axis}.",
            port=port,
            expected=f"shape ({', '.join(lengths)}), as the first input {format_shape(first.shape)}",
            got=str(value),
            remedy="Reshape it, or choose another axis.",
        )

    def _dtype(self, values: tuple[ValueType, ...]) -> ValueDType:
        def merged(dtype: ValueDType, numbered_port: tuple[Port, ValueType]) -> ValueDType:
            port, value = numbered_port
            try:
                return common_dtype(ValueType(dtype, ()), value)
            except NodeProblem as problem:
                problem.port = port.name
                raise

        return reduce(merged, zip(self.inputs(), values, strict=True), values[0].dtype)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        (result,) = self.infer(*build.inputs)
        sources = wired(build.inputs)
        parts = [
            broadcast_value(build, value, source, result.with_shape(source.shape))
            for value, source in zip(wired(inputs), sources, strict=True)
        ]
        return (ops.concat(parts, tensor_axis(self.axis, result)),)

    def torch(self, *inputs: ValueType | None) -> str:
        values = wired(inputs)
        (result,) = self.infer(*values)
        sources = zip((port.name for port in self.inputs()), values, strict=True)
        batch = next(
            (port.name for port, value in zip(self.inputs(), values, strict=True) if value.batched), ""
        )
        parts = (
            f"{name}.expand({batch}.shape[0], {', '.join(['-1'] * value.rank)})"
            if result.batched and not value.batched
            else name
            for name, value in sources
        )
        return f"torch.cat([{', '.join(parts)}], dim={tensor_axis(self.axis, result)})"


def _around(value: ValueType, axis: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return value.shape[:axis], value.shape[axis + 1 :]
