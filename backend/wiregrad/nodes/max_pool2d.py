from typing import ClassVar

from wiregrad.nodes._max_pooling import MaxPool
from wiregrad.nodes._node import Example
from wiregrad.nodes._types import ValueType

PICTURE = ValueType("float32", (2, 5, 6), True)


class MaxPool2D(MaxPool):
    """Keeps the largest number of each window: the picture shrinks, and what was found in it stays.

    (channels, height, width) becomes (channels, height', width'). Formula and defaults are those of
    `torch.nn.MaxPool2d`. The gradient goes to the first of the largest numbers.
    """

    title: ClassVar[str] = "Max pool 2D"
    axes: ClassVar[int] = 2
    examples: ClassVar[tuple[Example, ...]] = (
        Example((PICTURE,)),
        Example((PICTURE,), {"kernel": [3, 2], "stride": [1, 2], "padding": [1, 0]}),
        Example((PICTURE,), {"kernel": 2, "dilation": 2, "stride": 1}),
        Example((ValueType("float32", (1, 5, 7)),), {"kernel": 2, "round_up": True}),
    )
