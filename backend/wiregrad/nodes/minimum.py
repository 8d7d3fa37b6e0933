from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import Arithmetic


class Minimum(Arithmetic):
    """Takes the smaller of a and b element by element; NaN where either is.

    Shapes broadcast as NumPy's do. A value without a batch is used for every sample. int64 with float32 gives
    float32. The gradient goes to the one that was taken; where both are equal, half to each
    (`torch.minimum`). To take the smaller within one value, use the reduction.
    """

    title: ClassVar[str] = "Minimum"
    function: ClassVar[str] = "minimum"

    def compute(self, a: Value, b: Value) -> Value:
        return ops.minimum(a, b)
