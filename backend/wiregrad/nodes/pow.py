from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import Arithmetic
from wiregrad.nodes._node import wired
from wiregrad.nodes._types import ValueType


class Pow(Arithmetic):
    """Raises a to the power of b element by element.

    Shapes broadcast as NumPy's do. A value without a batch is used for every sample. The result is always
    float32; a negative base with a fraction as its exponent gives NaN. As in `torch.pow`, an exponent of 0
    lets no gradient through to the base.
    """

    title: ClassVar[str] = "Power"
    function: ClassVar[str] = "pow"

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        (common,) = super().infer(*inputs)
        return (common.with_dtype("float32"),)

    def compute(self, a: Value, b: Value) -> Value:
        return ops.pow(a, b)

    def torch(self, *inputs: ValueType | None) -> str:
        if any(value.is_float for value in wired(inputs)):
            return super().torch(*inputs)
        return super().torch(*inputs).replace("torch.pow(a", "torch.pow(a.to(torch.float32)", 1)
