from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import Arithmetic
from wiregrad.nodes._types import ValueType


class Div(Arithmetic):
    """Divides a by b element by element.

    Shapes broadcast as NumPy's do: counted from the last axis, lengths are equal or 1. A value without a
    batch is used for every sample. The result is always float32; division by zero gives an infinity or NaN.
    """

    title: ClassVar[str] = "Divide"
    symbol: ClassVar[str] = "/"

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        (common,) = super().infer(*inputs)
        return (common.with_dtype("float32"),)

    def compute(self, a: Value, b: Value) -> Value:
        return ops.div(a, b)
