"""What the kinds share that make one value of one value."""

from abc import abstractmethod

from wiregrad.engine.ir import Value
from wiregrad.nodes._node import Build, Node, Port, wired
from wiregrad.nodes._ports import INPUT, OUTPUT
from wiregrad.nodes._types import ValueType


class OneToOne(Node):
    """One input, one output, and no weights."""

    def inputs(self) -> tuple[Port, ...]:
        return INPUT

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    @abstractmethod
    def result(self, value: ValueType) -> ValueType:
        """What becomes of the input, or a NodeProblem."""

    @abstractmethod
    def apply(self, build: Build, x: Value, source: ValueType) -> Value:
        """Lower to IR, `x` being of type `source`."""

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        (value,) = wired(inputs)
        return (self.result(value),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        (x,), (source,) = wired(inputs), wired(build.inputs)
        return (self.apply(build, x, source),)
