from typing import ClassVar

from wiregrad.nodes._fields import setting
from wiregrad.nodes._max_pooling import MaxPool
from wiregrad.nodes._node import Example
from wiregrad.nodes._types import ValueType
from wiregrad.nodes._windows import NonNegative, Positive

LIST = ValueType("float32", (2, 7), True)


class MaxPool1D(MaxPool):
    """Keeps the largest number of each window: the list becomes shorter, and what was found in it stays.

    (channels, length) becomes (channels, length'). Formula and defaults are those of `torch.nn.MaxPool1d`.
    The gradient goes to the first of the largest numbers.
    """

    title: ClassVar[str] = "Max pool 1D"
    axes: ClassVar[int] = 1
    examples: ClassVar[tuple[Example, ...]] = (
        Example((LIST,)),
        Example((LIST,), {"kernel": 3, "stride": 2, "padding": 1}),
        Example((LIST,), {"kernel": 2, "dilation": 2, "stride": 1}),
        Example((ValueType("float32", (1, 5)),), {"kernel": 2, "round_up": True}),
    )

    kernel: Positive = setting(2, "Kernel", "Length of the window.")
    stride: Positive | None = setting(None, "Stride", "How far it moves; empty: its length.")
    padding: NonNegative = setting(0, "Padding", "Elements at both ends that are never the largest.")
    dilation: Positive = setting(1, "Dilation", "Distance between the elements of a window.")
