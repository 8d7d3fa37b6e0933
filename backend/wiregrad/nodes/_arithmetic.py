"""What the elementwise operations of two values share."""

from abc import abstractmethod
from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._broadcast import broadcast_type, broadcast_values
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import OPERANDS, OUTPUT
from wiregrad.nodes._types import NodeProblem, ValueType


class Arithmetic(Node):
    """Computes from two values element by element; shapes broadcast as NumPy's do."""

    category: ClassVar[Category] = "Arithmetic"
    symbol: ClassVar[str]
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
        a, b = wired(inputs)
        for port, operand in (("a", a), ("b", b)):
            check_numbers(operand, port)
        return (broadcast_type(a, b),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        (target,) = self.infer(*build.inputs)
        return (self.compute(*broadcast_values(build, target, wired(inputs), wired(build.inputs))),)

    @abstractmethod
    def compute(self, a: Value, b: Value) -> Value:
        """Of two values of the same type, which is also that of the result."""

    def torch(self, *inputs: ValueType | None) -> str:
        a, b = aligned_spelling(*wired(inputs))
        return f"{a} {self.symbol} {b}"


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


def aligned_spelling(a: ValueType, b: ValueType) -> tuple[str, str]:
    """The operands in PyTorch, where the batch takes part in broadcasting: it must come first in both."""
    rank = max(a.rank, b.rank)
    return tuple(
        f"{name}.unflatten(0, (-1, {', '.join(['1'] * (rank - value.rank))}))"
        if value.batched and value.rank < rank
        else name
        for name, value in (("a", a), ("b", b))
    )  # type: ignore[return-value]
