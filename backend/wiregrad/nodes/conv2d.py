from typing import ClassVar

from wiregrad.nodes._convolution import Convolution
from wiregrad.nodes._node import Example
from wiregrad.nodes._types import ValueType

PICTURE = ValueType("float32", (2, 5, 6), True)


class Conv2D(Convolution):
    """Moves small filters over a picture: each finds one pattern, wherever it stands.

    (channels, height, width) becomes (filters, height', width') with height' = (height + padding - dilation *
    (kernel - 1) - 1) / stride + 1, rounded down. `weight` has the shape (filters, channels / groups, kernel
    height, kernel width). Formula and defaults are those of `torch.nn.Conv2d`, its padding modes as well.
    """

    title: ClassVar[str] = "Conv2D"
    axes: ClassVar[int] = 2
    examples: ClassVar[tuple[Example, ...]] = (
        Example((PICTURE,), {"filters": 3}),
        Example(
            (PICTURE,), {"filters": 4, "kernel": [2, 3], "stride": [2, 1], "padding": [0, 1], "groups": 2}
        ),
        Example((PICTURE,), {"filters": 2, "kernel": 2, "padding": "same", "dilation": 2, "bias": False}),
        Example((ValueType("float32", (1, 4, 4)),), {"filters": 2, "padding": "valid"}),
        Example((PICTURE,), {"filters": 2, "padding": [2, 1], "padding_mode": "reflect", "stride": 2}),
        Example((PICTURE,), {"filters": 2, "padding": "same", "padding_mode": "circular"}),
        Example((PICTURE, PICTURE.with_shape((2, 4, 3))), {"filters": 1, "kernel": 1, "connections": 2}),
    )
