from typing import ClassVar

from wiregrad.nodes._avg_pooling import AvgPool
from wiregrad.nodes._node import Example
from wiregrad.nodes._types import ValueType

PICTURE = ValueType("float32", (2, 5, 6), True)


class AvgPool2D(AvgPool):
    """Averages the numbers of each window: the picture shrinks and becomes smoother.

    (channels, height, width) becomes (channels, height', width'). Formula and defaults are those of
    `torch.nn.AvgPool2d`.
    """

    title: ClassVar[str] = "Average pool 2D"
    axes: ClassVar[int] = 2
    examples: ClassVar[tuple[Example, ...]] = (
        Example((PICTURE,)),
        Example((PICTURE,), {"kernel": [3, 2], "stride": [1, 2], "padding": [1, 0]}),
        Example((PICTURE,), {"kernel": 3, "stride": 2, "padding": 1, "count_padding": False}),
        Example((ValueType("float32", (1, 5, 7)),), {"kernel": 2, "round_up": True}),
    )
