from typing import ClassVar

from wiregrad.nodes._node import Example
from wiregrad.nodes._transposed_convolution import TransposedConvolution
from wiregrad.nodes._types import ValueType

PICTURE = ValueType("float32", (2, 3, 4), True)


class ConvTranspose2D(TransposedConvolution):
    """Draws with small filters: each number of a picture puts a filter's pattern into a larger picture.

    (channels, height, width) becomes (filters, height', width') with height' = (height - 1) * stride - 2 *
    padding + dilation * (kernel - 1) + output padding + 1: with a stride it enlarges, as generators need.
    `weight` has the shape (channels, filters / groups, kernel height, kernel width). Formula and defaults are
    those of `torch.nn.ConvTranspose2d` (Zeiler et al. 2010, “Deconvolutional Networks”).
    """

    title: ClassVar[str] = "Transposed conv 2D"
    axes: ClassVar[int] = 2
    examples: ClassVar[tuple[Example, ...]] = (
        Example((PICTURE,), {"filters": 3}),
        Example(
            (PICTURE,),
            {
                "filters": 4,
                "kernel": [2, 3],
                "stride": [2, 3],
                "padding": [0, 1],
                "output_padding": [1, 0],
                "groups": 2,
            },
        ),
        Example(
            (ValueType("float32", (1, 2, 2)),),
            {"filters": 1, "kernel": 2, "dilation": 2, "output_padding": 1, "bias": False},
        ),
        Example((PICTURE, PICTURE.with_shape((2, 1, 1))), {"filters": 1, "stride": 2, "connections": 2}),
    )
