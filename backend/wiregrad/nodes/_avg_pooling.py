"""The average of each window."""

from math import prod

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build
from wiregrad.nodes._pooling import Pool
from wiregrad.nodes._types import ValueType
from wiregrad.nodes._windows import Padding, channels_first, channels_last, in_picture

SLICED_PLACES = 64
"""Up to so many places a sum over windows is a sum of slices; larger windows are products with ones."""


class AvgPool(Pool):
    """Padding is zeros, which may count or not; what a last window sees beyond it never counts."""

    count_padding: bool = setting(
        True, "Count padding", "Whether the zeros around count as numbers (PyTorch: count_include_pad)."
    )

    @property
    def fixed_divisor(self) -> int | None:
        """By which every sum is divided; None: by how many numbers it has."""
        return None

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        x, padding = channels_last(x, source), self.borders(source)
        total = self._sums(x, padding)
        if self.fixed_divisor is not None or not any(map(any, padding)):
            divisor = self.fixed_divisor or prod(self.per_axis(self.kernel))
            mean = ops.mul(total, ops.full_like(1 / divisor, total))
        else:
            mean = ops.div(total, ops.broadcast_to(self._counts(x, padding), total.shape))
        return channels_first(mean, source)

    def _sums(self, x: Value, padding: Padding) -> Value:
        kernel, stride = in_picture(self.per_axis(self.kernel), 1), in_picture(self.strides, 1)
        if prod(kernel) <= SLICED_PLACES:
            return ops.sum_pool2d(x, kernel, stride, padding)
        batch, height, width, channels = x.shape
        each = ops.reshape(ops.transpose(x, (0, 3, 1, 2)), (batch * channels, height, width, 1))
        sums = ops.conv2d(each, ops.full(1, x.dtype, (*kernel, 1, 1)), stride, padding)
        return ops.transpose(ops.reshape(sums, (batch, channels, *sums.shape[1:3])), (0, 2, 3, 1))

    def _counts(self, x: Value, padding: Padding) -> Value:
        """How many numbers each window averages, as (1, height', width', 1)."""
        counted, beyond = x.shape[1:3], padding
        if self.count_padding:
            width = in_picture(self.per_axis(self.padding), 0)
            high = [min(side, after) for side, (_, after) in zip(width, padding, strict=True)]
            counted = tuple(n + a + b for n, a, b in zip(counted, width, high, strict=True))
            rows, columns = ((0, after - b) for b, (_, after) in zip(high, padding, strict=True))
            beyond = rows, columns
        return self._sums(ops.full(1, x.dtype, (1, *counted, 1)), beyond)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return self.spelled("AvgPool", count_include_pad=self.count_padding)
