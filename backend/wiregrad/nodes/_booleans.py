"""What the kinds share that want booleans."""

from wiregrad.nodes._types import NodeProblem, ValueType


def check_booleans(value: ValueType, port: str) -> None:
    if value.dtype != "bool":
        raise NodeProblem(
            "Numbers are neither true nor false.",
            code="dtype",
            port=port,
            expected="booleans",
            got=str(value),
            remedy="Compare the numbers first: Compare makes booleans of them.",
        )
