from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._reduction import Reduction
from wiregrad.nodes._types import ValueDType


class Sum(Reduction):
    """Adds up the elements of each sample.

    All axes of the sample are reduced unless some are named. Booleans are counted. Over the batch, the result
    is one for all samples.
    """

    title: ClassVar[str] = "Sum"
    spelling: ClassVar[str] = "sum"

    def result_dtype(self, dtype: ValueDType) -> ValueDType:
        return "float32" if dtype == "float32" else "int64"

    def reduce(self, x: Value, axes: list[int]) -> Value:
        return ops.reduce_sum(x, axes)
