"""The geometry that convolutions and pools share: a window moves over the middle axes of an NHWC array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wiregrad.engine.ir import IRError, Shape

Pair = tuple[int, int]
Padding = tuple[Pair, Pair]


def pair(setting: int | Sequence[int]) -> Pair:
    """One number for both axes, or (vertical, horizontal)."""
    first, second = (setting, setting) if isinstance(setting, int) else setting
    return first, second


@dataclass(frozen=True)
class Window:
    """Everything but the channels: size, stride, ((top, bottom), (left, right)) padding, dilation."""

    size: Pair
    stride: Pair = (1, 1)
    padding: Padding = ((0, 0), (0, 0))
    dilation: Pair = (1, 1)

    def __post_init__(self) -> None:
        if min(self.size + self.stride + self.dilation) < 1 or min(self.padding[0] + self.padding[1]) < 0:
            raise IRError(
                f"expected sizes, strides and dilations of 1 or more, paddings of 0 or more; got {self}"
            )

    @property
    def is_padded(self) -> bool:
        return any(self.padding[0] + self.padding[1])

    def padded(self, shape: Shape) -> Shape:
        n, height, width, channels = shape
        (top, bottom), (left, right) = self.padding
        return n, height + top + bottom, width + left + right, channels

    def output(self, shape: Shape) -> Shape:
        """The NHWC shape after moving over one; raises IRError where not even one position fits."""
        n, height, width, channels = self.padded(shape)
        reach = [(k - 1) * d + 1 for k, d in zip(self.size, self.dilation, strict=True)]
        if height < reach[0] or width < reach[1]:
            raise IRError(f"expected at least {reach[0]} x {reach[1]} padded pixels; got {height} x {width}")
        rows, columns = (height - reach[0]) // self.stride[0] + 1, (width - reach[1]) // self.stride[1] + 1
        return n, rows, columns, channels

    def offsets(self) -> Iterator[Pair]:
        """The places within one window, in row-major order."""
        for row in range(self.size[0]):
            for column in range(self.size[1]):
                yield row, column

    def interior(self, padded: Any, shape: Shape) -> Any:
        """The view of a padded array that holds the unpadded one of `shape`."""
        top, left = self.padding[0][0], self.padding[1][0]
        return padded[:, top : top + shape[1], left : left + shape[2]]

    def at(self, padded: Any, offset: Pair, output: Shape) -> Any:
        """The view of a padded array with the elements that stand at `offset` in each of the windows."""
        regions = zip(offset, self.dilation, self.stride, output[1:3], strict=True)
        rows, columns = (slice(o * d, o * d + (n - 1) * s + 1, s) for o, d, s, n in regions)
        return padded[:, rows, columns]
