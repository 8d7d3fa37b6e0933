from collections.abc import Callable, Mapping
from typing import ClassVar, Literal, get_args

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import aligned_spelling
from wiregrad.nodes._broadcast import broadcast_type, broadcast_values
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import OPERANDS, OUTPUT
from wiregrad.nodes._types import NodeProblem, ValueType

Comparison = Literal["and", "or", "xor", "=", "!=", ">", ">=", "<", "<="]
FORMULAS: Mapping[Comparison, Callable[[Value, Value], Value]] = {
    "and": ops.logical_and,
    "or": ops.logical_or,
    "xor": ops.logical_xor,
    "=": ops.eq,
    "!=": ops.ne,
    ">": ops.gt,
    ">=": ops.ge,
    "<": ops.lt,
    "<=": ops.le,
}
LOGIC = ("and", "or", "xor")
EQUALITY = ("=", "!=")


class Compare(Node):
    """Answers yes or no for every element of a and b: booleans, which do not carry gradients.

    Equal and not equal compare numbers with numbers or booleans with booleans; greater and less compare
    numbers; and, or, xor combine booleans. Shapes broadcast as NumPy's do. Nothing before this node can be
    trained through it, because a boolean does not change a little when its operands change a little.
    """

    title: ClassVar[str] = "Compare"
    category: ClassVar[Category] = "Logic"
    examples: ClassVar[tuple[Example, ...]] = (
        *(
            Example((ValueType("bool", (3,), True), ValueType("bool", (3,))), {"operation": name})
            for name in LOGIC
        ),
        *(
            Example((ValueType("float32", (2, 3), True), ValueType("float32", (3,))), {"operation": name})
            for name in get_args(Comparison)
            if name not in LOGIC
        ),
        Example((ValueType("int64", (2, 1), True), ValueType("float32", (3,), True)), {"operation": "<="}),
        Example((ValueType("bool", ()), ValueType("bool", ())), {"operation": "!="}),
    )

    operation: Comparison = setting(">", "Operation", "How a is compared with b.")

    def inputs(self) -> tuple[Port, ...]:
        return OPERANDS

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        a, b = wired(inputs)
        for port, operand in (("a", a), ("b", b)):
            self._check_operand(operand, port)
        return (broadcast_type(a, b).with_dtype("bool"),)

    def _check_operand(self, operand: ValueType, port: str) -> None:
        wants_booleans = self.operation in LOGIC
        if self.operation not in EQUALITY and wants_booleans != (operand.dtype == "bool"):
            kinds = ("booleans", "numbers")
            expected, got = kinds if wants_booleans else reversed(kinds)
            raise NodeProblem(
                f"“{self.operation}” works on {expected}, not on {got}.",
                code="dtype",
                port=port,
                expected=expected,
                got=str(operand),
                remedy="Compare the numbers first."
                if wants_booleans
                else "Connect numbers, or choose and, or, xor, = or !=.",
            )

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        types = wired(build.inputs)
        a, b = broadcast_values(build, broadcast_type(*types), wired(inputs), types)
        return (FORMULAS[self.operation](a, b),)

    def torch(self, *inputs: ValueType | None) -> str:
        a, b = aligned_spelling(("a", "b"), wired(inputs))
        if self.operation in LOGIC:
            return f"torch.logical_{self.operation}({a}, {b})"
        return f"{a} {'==' if self.operation == '=' else self.operation} {b}"
