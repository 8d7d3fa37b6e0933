from typing import ClassVar

from wiregrad.nodes._avg_pooling import AvgPool
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Example
from wiregrad.nodes._types import ValueType
from wiregrad.nodes._windows import NonNegative, Positive

LIST = ValueType("float32", (2, 7), True)


class AvgPool1D(AvgPool):
    """Averages the numbers of each window: the list becomes shorter and smoother.

    (channels, length) becomes (channels, length'). Formula and defaults are those of `torch.nn.AvgPool1d`.
    """

    title: ClassVar[str] = "Average pool 1D"
    axes: ClassVar[int] = 1
    examples: ClassVar[tuple[Example, ...]] = (
        Example((LIST,)),
        Example((LIST,), {"kernel": 3, "stride": 2, "padding": 1}),
        Example((LIST,), {"kernel": 3, "padding": 1, "count_padding": False}),
        Example((ValueType("float32", (1, 5)),), {"kernel": 2, "round_up": True}),
    )

    kernel: Positive = setting(2, "Kernel", "Length of the window.")
    stride: Positive | None = setting(None, "Stride", "How far it moves; empty: its length.")
    padding: NonNegative = setting(0, "Padding", "Zeros at both ends.")
