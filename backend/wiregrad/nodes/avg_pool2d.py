from typing import ClassVar

from wiregrad.nodes._avg_pooling import AvgPool
from wiregrad.nodes._fields import setting
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
        Example((PICTURE,), {"kernel": [2, 3], "padding": 1, "divisor": 4}),
    )

    divisor: int | None = setting(
        None,
        "Divisor",
        "By what the sum of a window is divided; empty: by how many numbers it has "
        "(PyTorch: divisor_override).",
        ge=1,
        le=10**6,
    )

    @property
    def fixed_divisor(self) -> int | None:
        return self.divisor

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        more = {"count_include_pad": self.count_padding, "divisor_override": self.divisor}
        return self.spelled("AvgPool", **more)
