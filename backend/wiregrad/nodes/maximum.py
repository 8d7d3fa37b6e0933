from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import Arithmetic


class Maximum(Arithmetic):
    """Takes the larger of a and b element by element; NaN where either is.

    Shapes broadcast as NumPy's do. A value without a batch is used for every sample. int64 with float32 gives
    float32. The gradient goes to the one that was taken; where both are equal, half to each
    (`torch.maximum`). To take the larger within one value, use the reduction.
    """

    title: ClassVar[str] = "Maximum"
    function: ClassVar[str] = "maximum"

    def compute(self, a: Value, b: Value) -> Value:
        return ops.maximum(a, b)
