"""The ports that many kinds have in common."""

from wiregrad.nodes._node import Port

INPUT = (Port("input", "The value to work on."),)
OUTPUT = (Port("output", "The result."),)
OPERANDS = (Port("a", "The left operand."), Port("b", "The right operand."))


def numbered(name: str, count: int, description: str) -> tuple[Port, ...]:
    """`name`, `name_2`, `name_3`, ..."""
    return tuple(Port(name if n == 1 else f"{name}_{n}", description) for n in range(1, count + 1))
