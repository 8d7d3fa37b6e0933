"""The largest number of each window."""

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build
from wiregrad.nodes._pooling import Pool
from wiregrad.nodes._types import ValueType
from wiregrad.nodes._windows import Pair, Size, channels_first, channels_last, in_picture


class MaxPool(Pool):
    """Padding is never the largest."""

    dilation: Size = setting(1, "Dilation", "Distance between the pixels of a window.", unit="pixels")

    @property
    def spacing(self) -> int | Pair:
        return self.dilation

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        y = ops.max_pool2d(
            channels_last(x, source),
            in_picture(self.per_axis(self.kernel), 1),
            in_picture(self.strides, 1),
            self.borders(source),
            in_picture(self.per_axis(self.dilation), 1),
        )
        return channels_first(y, source)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return self.spelled("MaxPool", dilation=self.per_axis(self.dilation))
