"""What the elementwise operations of two or more values share."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._broadcast import broadcast_type, broadcast_values
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import OPERANDS, OUTPUT
from wiregrad.nodes._types import NodeProblem, ValueType


class Arithmetic(Node):
    """Computes from values element by element; shapes broadcast as NumPy's do.

    PyTorch has an operator for it, which is `symbol`, or a `function`.
    """

    category: ClassVar[Category] = "Arithmetic"
    symbol: ClassVar[str] = ""
    function: ClassVar[str] = ""
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3,), True), ValueType("float32", (3,)))),
        Example((ValueType("float32", ()), ValueType("float32", ()))),
        Example((ValueType("float32", (2, 1, 3), True), ValueType("float32", (4, 1), True))),
        Example((ValueType("int64", (3,), True), ValueType("float32", (2, 1)))),
        Example((ValueType("int64", (3,)), ValueType("int64", (), True))),
    )

    def inputs(self) -> tuple[Port, ...]:
        return OPERANDS

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        operands = dict(zip((port.name for port in self.inputs()), wired(inputs), strict=True))
        for port, operand in operands.items():
            check_numbers(operand, port)
        return (broadcast_types(operands),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        (target,) = self.infer(*build.inputs)
        return (self.compute(*broadcast_values(build, target, wired(inputs), wired(build.inputs))),)

    @abstractmethod
    def compute(self, a: Value, b: Value) -> Value:
        """Of values of the same type, which is also that of the result."""

    def torch(self, *inputs: ValueType | None) -> str:
        operands = aligned_spelling([port.name for port in self.inputs()], wired(inputs))
        if self.function:
            return f"torch.{self.function}({', '.join(operands)})"
        return f" {self.symbol} ".join(operands)


def broadcast_types(operands: Mapping[str, ValueType]) -> ValueType:
    """The type that all are brought to; a problem names the port of the first that does not fit."""

    def widened(common: ValueType, named: tuple[str, ValueType]) -> ValueType:
        port, operand = named
        try:
            return broadcast_type(common, operand)
        except NodeProblem as problem:
            problem.port = port
            raise

    first, *others = operands.items()
    return reduce(widened, others, first[1])


def check_numbers(value: ValueType, port: str) -> None:
    if value.dtype == "bool":
        raise NodeProblem(
            "Booleans cannot be calculated with.",
            code="dtype",
            port=port,
            expected="numbers (float32 or int64)",
            got=str(value),
            remedy="Connect the numbers that were compared, or count the booleans with Sum or Mean.",
        )


def aligned_spelling(names: Sequence[str], operands: Sequence[ValueType]) -> list[str]:
    """The operands in PyTorch, where the batch takes part in broadcasting: it must come first in all."""
    rank = max(operand.rank for operand in operands)
    return [
        f"{name}.unflatten(0, (-1, {', '.join(['1'] * (rank - operand.rank))}))"
        if operand.batched and operand.rank < rank
        else name
        for name, operand in zip(names, operands, strict=True)
    ]
