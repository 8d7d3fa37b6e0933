from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._reduction import Reduction
from wiregrad.nodes._types import ValueDType


class Mean(Reduction):
    """Averages the elements of each sample.

    All axes of the sample are reduced unless some are named. Of booleans it gives the part that is true. Over
    the batch, the result is one for all samples. The result is float32.
    """

    title: ClassVar[str] = "Mean"
    spelling: ClassVar[str] = "mean"

    def result_dtype(self, dtype: ValueDType) -> ValueDType:  # noqa: ARG002
        return "float32"

    def reduce(self, x: Value, axes: list[int]) -> Value:
        return ops.mean(x, axes) if axes else x
