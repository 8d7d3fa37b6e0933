from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import aligned_spelling, broadcast_types
from wiregrad.nodes._booleans import check_booleans
from wiregrad.nodes._broadcast import broadcast_values
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import OUTPUT
from wiregrad.nodes._types import ValueType


class Where(Node):
    """Takes an element of a where the condition is true, and of b where it is false.

    The three shapes broadcast as NumPy's do. a and b are numbers or both booleans; int64 with float32 gives
    float32. Each gets the gradient where it was taken, and zero elsewhere, even if its value is infinite or
    NaN there (`torch.where`).
    """

    title: ClassVar[str] = "Where"
    category: ClassVar[Category] = "Logic"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(
            (
                ValueType("bool", (3,), True),
                ValueType("float32", (3,), True),
                ValueType("float32", (3,), True),
            )
        ),
        Example((ValueType("bool", (2, 1), True), ValueType("float32", (3,)), ValueType("int64", ()))),
        Example((ValueType("bool", (3,)), ValueType("float32", (), True), ValueType("float32", (2, 1)))),
        Example((ValueType("bool", ()), ValueType("int64", (2,), True), ValueType("int64", (2,)))),
        Example((ValueType("bool", (2,)), ValueType("bool", (2,)), ValueType("bool", (), True))),
    )

    def inputs(self) -> tuple[Port, ...]:
        return (
            Port("condition", "Booleans that choose."),
            Port("a", "What is taken where the condition is true."),
            Port("b", "What is taken where it is false."),
        )

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        condition, a, b = wired(inputs)
        check_booleans(condition, "condition")
        chosen = broadcast_types({"a": a, "b": b})
        return (broadcast_types({"a": chosen, "condition": condition.with_dtype(chosen.dtype)}),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        condition, a, b = wired(inputs)
        first, *others = wired(build.inputs)
        (result,) = self.infer(first, *others)
        (chooser,) = broadcast_values(build, result.with_dtype("bool"), [condition], [first])
        return (ops.select(chooser, *broadcast_values(build, result, [a, b], others)),)

    def torch(self, *inputs: ValueType | None) -> str:
        names = [port.name for port in self.inputs()]
        return f"torch.where({', '.join(aligned_spelling(names, wired(inputs)))})"
