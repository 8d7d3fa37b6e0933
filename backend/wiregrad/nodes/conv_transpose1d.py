from typing import ClassVar

from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Example
from wiregrad.nodes._transposed_convolution import TransposedConvolution
from wiregrad.nodes._types import ValueType
from wiregrad.nodes._windows import NonNegative, Positive

LIST = ValueType("float32", (2, 4), True)


class ConvTranspose1D(TransposedConvolution):
    """Draws with small filters: each number of a list puts a filter's pattern into a longer list.

    (channels, length) becomes (filters, length') with length' = (length - 1) * stride - 2 * padding +
    dilation * (kernel - 1) + output padding + 1: with a stride it becomes longer. `weight` has the shape
    (channels, filters / groups, kernel). Formula and defaults are those of `torch.nn.ConvTranspose1d`.
    """

    title: ClassVar[str] = "Transposed conv 1D"
    axes: ClassVar[int] = 1
    examples: ClassVar[tuple[Example, ...]] = (
        Example((LIST,), {"filters": 3}),
        Example(
            (LIST,),
            {"filters": 4, "kernel": 4, "stride": 3, "padding": 1, "output_padding": 2, "groups": 2},
        ),
        Example((ValueType("float32", (1, 3)),), {"filters": 1, "kernel": 2, "dilation": 2, "bias": False}),
        Example((LIST, LIST.with_shape((2, 1))), {"filters": 1, "stride": 2, "connections": 2}),
    )

    kernel: Positive = setting(3, "Kernel", "Length of a filter.")
    stride: Positive = setting(1, "Stride", "How far apart two numbers of the input put their filters.")
    padding: NonNegative = setting(0, "Padding", "How much is cut off at each end.")
    output_padding: NonNegative = setting(
        0, "Output padding", "How much is added at the end; less than the stride or the dilation."
    )
    dilation: Positive = setting(1, "Dilation", "Distance between the elements of a filter.")
