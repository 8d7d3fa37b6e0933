from functools import reduce
from string import ascii_lowercase
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import Arithmetic
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Example, Port
from wiregrad.nodes._types import ValueType

MAX_INPUTS = 16


class Add(Arithmetic):
    """Adds values element by element: two of them, or up to sixteen.

    Shapes broadcast as NumPy's do: counted from the last axis, lengths are equal or 1. A value without a
    batch is used for every sample. int64 with float32 gives float32.
    """

    title: ClassVar[str] = "Add"
    symbol: ClassVar[str] = "+"
    examples: ClassVar[tuple[Example, ...]] = (
        *Arithmetic.examples,
        Example(
            (ValueType("float32", (3,)), ValueType("int64", (2, 1), True), ValueType("float32", ())),
            {"count": 3},
        ),
    )

    count: int = setting(2, "Inputs", "How many values are added.", ge=2, le=MAX_INPUTS)

    def inputs(self) -> tuple[Port, ...]:
        return tuple(Port(name, "A value to add.") for name in ascii_lowercase[: self.count])

    def compute(self, *operands: Value) -> Value:
        return reduce(ops.add, operands)
