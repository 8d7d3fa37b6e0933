from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._extremum import Extremum


class Max(Extremum):
    """Takes the largest element of each sample; NaN if any is NaN.

    All axes of the sample are reduced unless some are named. Elements that are equally large share the
    gradient evenly (`torch.amax`). Over the batch, the result is one for all samples.
    """

    title: ClassVar[str] = "Max"
    spelling: ClassVar[str] = "amax"

    def reduce(self, x: Value, axes: list[int]) -> Value:
        return ops.reduce_max(x, axes)
