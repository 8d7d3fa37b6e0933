"""What the ports of blocks become in a flat graph: ordinary nodes, but none that a person could draw."""

from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._broadcast import broadcast_value, common_dtype
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._types import NodeProblem, Shape, ValueType, format_shape


class Passage(Node):
    """Where a wire enters or leaves a block: the value itself, or `detached` from its gradient."""

    title: ClassVar[str] = "Block port"
    category: ClassVar[Category] = "Structure"
    examples: ClassVar[tuple[Example, ...]] = ()

    port: str = "input"
    detached: bool = False

    def inputs(self) -> tuple[Port, ...]:
        return (Port(self.port, "The value that goes through."),)

    def outputs(self) -> tuple[Port, ...]:
        return (Port("output", "The same value."),)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        return wired(inputs)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        (value,) = wired(inputs)
        return (ops.stop_gradient(value) if self.detached else value,)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return "input.detach()" if self.detached else "input"


class Zeros(Node):
    """What enters a block where no wire does, if the block's input has a shape to start from."""

    title: ClassVar[str] = "Zeros"
    category: ClassVar[Category] = "Structure"
    examples: ClassVar[tuple[Example, ...]] = ()

    shape: Shape = ()

    def inputs(self) -> tuple[Port, ...]:
        return ()

    def outputs(self) -> tuple[Port, ...]:
        return (Port("output", "Zeros."),)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:  # noqa: ARG002
        return (ValueType("float32", self.shape),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        return (ops.full(0.0, build.float_dtype, self.shape),)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return f"torch.zeros({list(self.shape)})"


class TakeStep(Node):
    """One step of a sequence, whose first axis of a sample is time."""

    title: ClassVar[str] = "Step"
    category: ClassVar[Category] = "Structure"
    examples: ClassVar[tuple[Example, ...]] = ()

    port: str = "input"
    steps: int = 1
    index: int = 0

    def inputs(self) -> tuple[Port, ...]:
        return (Port(self.port, "A sequence: the first axis of a sample is time."),)

    def outputs(self) -> tuple[Port, ...]:
        return (Port("output", "What is there at one time."),)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        (value,) = wired(inputs)
        if value.shape[:1] != (self.steps,):
            raise NodeProblem(
                "The sequence does not have as many steps as are set.",
                port=self.port,
                expected=f"{self.steps} steps, shape ({self.steps}, ...)",
                got=str(value),
                remedy="Set the steps to the length of the sequence's first axis; "
                "list an input under “Constants” if it is the same at every step.",
            )
        return (value.with_shape(value.shape[1:]),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        (x,), (value,) = wired(inputs), wired(build.inputs)
        axis = int(value.batched)
        part = ops.slice_axis(x, self.index, self.index + 1, axis)
        return (ops.reshape(part, (*x.shape[:axis], *x.shape[axis + 1 :])),)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        return f"input.select({int(value.batched)}, {self.index})"


class Stack(Node):
    """The results of all steps as one sequence."""

    title: ClassVar[str] = "Sequence"
    category: ClassVar[Category] = "Structure"
    examples: ClassVar[tuple[Example, ...]] = ()

    name: str = "output"
    count: int = 1

    def inputs(self) -> tuple[Port, ...]:
        return tuple(Port(f"step_{n}", "The result of this step.") for n in range(1, self.count + 1))

    def outputs(self) -> tuple[Port, ...]:
        return (Port("output", "All steps, one after another along the first axis of a sample."),)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        values = wired(inputs)
        first = values[0]
        for number, value in enumerate(values, 1):
            if value.shape != first.shape:
                raise NodeProblem(
                    f"The output {self.name!r} changes its shape from step to step.",
                    expected=f"shape {format_shape(first.shape)}, as in step 1",
                    got=f"{value} in step {number}",
                    remedy="Let every carried value leave the block with the shape in which it entered.",
                )
        dtype = first.dtype
        for value in values:
            dtype = common_dtype(ValueType(dtype, ()), value)
        return (ValueType(dtype, (self.count, *first.shape), any(value.batched for value in values)),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        sources = wired(build.inputs)
        (result,) = self.infer(*sources)
        step = result.with_shape(result.shape[1:])
        rows = [
            broadcast_value(build, value, source, step)
            for value, source in zip(wired(inputs), sources, strict=True)
        ]
        return (ops.stack(rows, int(result.batched)),)

    def torch(self, *inputs: ValueType | None) -> str:
        values = wired(inputs)
        (result,) = self.infer(*values)
        names = [port.name for port in self.inputs()]
        batch = next((name for name, value in zip(names, values, strict=True) if value.batched), "")
        lengths = ", ".join([f"{batch}.shape[0]", *map(str, result.shape[1:])])
        parts = (
            f"{name}.expand([{lengths}])" if result.batched and not value.batched else name
            for name, value in zip(names, values, strict=True)
        )
        return f"torch.stack([{', '.join(parts)}], dim={int(result.batched)})"
