from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import Arithmetic


class Add(Arithmetic):
    """Adds two values element by element.

    Shapes broadcast as NumPy's do: counted from the last axis, lengths are equal or 1. A value without a
    batch is used for every sample. int64 with float32 gives float32.
    """

    title: ClassVar[str] = "Add"
    symbol: ClassVar[str] = "+"

    def compute(self, a: Value, b: Value) -> Value:
        return ops.add(a, b)
