"""The ports that many kinds have in common."""

from wiregrad.nodes._node import Port

INPUT = (Port("input", "The value to work on."),)
OUTPUT = (Port("output", "The result."),)
JUDGED = (Port("prediction", "What the network says."), Port("target", "What it should say."))
OPERANDS = (Port("a", "The left operand."), Port("b", "The right operand."))


def numbered(name: str, count: int, description: str) -> tuple[Port, ...]:
    """One port for each connection."""
    return tuple(Port(suffixed(name, n), description) for n in range(1, count + 1))


def suffixed(name: str, number: int) -> str:
    """`name`, `name_2`, `name_3`, ..."""
    return name if number == 1 else f"{name}_{number}"
