from typing import ClassVar, Literal

from wiregrad.nodes._convolution import Convolution
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Example
from wiregrad.nodes._types import ValueType
from wiregrad.nodes._windows import NonNegative, Positive

LIST = ValueType("float32", (2, 6), True)


class Conv1D(Convolution):
    """Moves small filters along a list, such as sound or a curve: each finds one pattern, wherever it is.

    (channels, length) becomes (filters, length') with length' = (length + padding - dilation * (kernel - 1) -
    1) / stride + 1, rounded down. `weight` has the shape (filters, channels / groups, kernel). Formula and
    defaults are those of `torch.nn.Conv1d`, its padding modes as well.
    """

    title: ClassVar[str] = "Conv1D"
    axes: ClassVar[int] = 1
    examples: ClassVar[tuple[Example, ...]] = (
        Example((LIST,), {"filters": 3}),
        Example((LIST,), {"filters": 4, "kernel": 2, "stride": 2, "padding": 1, "groups": 2}),
        Example((LIST,), {"filters": 2, "kernel": 2, "padding": "same", "dilation": 2, "bias": False}),
        Example((ValueType("float32", (1, 4)),), {"filters": 2, "padding": "valid"}),
        Example((LIST,), {"filters": 2, "padding": 8, "padding_mode": "replicate"}),
        Example((LIST, LIST.with_shape((2, 3))), {"filters": 1, "kernel": 1, "connections": 2}),
    )

    kernel: Positive = setting(3, "Kernel", "Length of a filter.")
    stride: Positive = setting(1, "Stride", "How far it moves.")
    padding: NonNegative | Literal["same", "valid"] = setting(
        0, "Padding", "Elements at both ends; same: as many as keep the length; valid: none."
    )
    dilation: Positive = setting(1, "Dilation", "Distance between the elements that a filter looks at.")
