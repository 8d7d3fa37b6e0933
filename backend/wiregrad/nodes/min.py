from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._extremum import Extremum


class Min(Extremum):
    """Takes the smallest element of each sample; NaN if any is NaN.

    All axes of the sample are reduced unless some are named. Elements that are equally small share the
    gradient evenly (`torch.amin`). Over the batch, the result is one for all samples.
    """

    title: ClassVar[str] = "Min"
    spelling: ClassVar[str] = "amin"

    def reduce(self, x: Value, axes: list[int]) -> Value:
        return ops.reduce_min(x, axes)
