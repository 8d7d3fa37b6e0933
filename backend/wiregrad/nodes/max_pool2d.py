from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import INPUT, OUTPUT
from wiregrad.nodes._types import NodeProblem, ValueType
from wiregrad.nodes._windows import (
    Border,
    Pair,
    Size,
    channels_first,
    channels_last,
    check_picture,
    pair,
    positions,
    reach,
)

PICTURE = ValueType("float32", (2, 5, 6), True)


class MaxPool2D(Node):
    """Keeps the largest number of each window: the picture shrinks, and what was found in it stays.

    (channels, height, width) becomes (channels, height', width'). Formula and defaults are those of
    `torch.nn.MaxPool2d`. The gradient goes to the first of the largest numbers.
    """

    title: ClassVar[str] = "Max pool 2D"
    category: ClassVar[Category] = "Layers"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((PICTURE,)),
        Example((PICTURE,), {"kernel": [3, 2], "stride": [1, 2], "padding": [1, 0]}),
        Example((PICTURE,), {"kernel": 2, "dilation": 2, "stride": 1}),
        Example((ValueType("float32", (1, 5, 7)),), {"kernel": 2, "round_up": True}),
    )

    kernel: Size = setting(2, "Kernel", "Size of the window, or (height, width).", unit="pixels")
    stride: Size | None = setting(
        None, "Stride", "How far it moves, or (down, right); empty: its size.", unit="pixels"
    )
    padding: Border = setting(
        0,
        "Padding",
        "Pixels around the picture, or (vertical, horizontal), that are never the largest.",
        unit="pixels",
    )
    dilation: Size = setting(1, "Dilation", "Distance between the pixels of a window.", unit="pixels")
    round_up: bool = setting(
        False,
        "Round up",
        "Whether a last window that only partly lies on the picture counts (PyTorch: ceil_mode).",
    )

    def inputs(self) -> tuple[Port, ...]:
        return INPUT

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    @property
    def _stride(self) -> Pair:
        return pair(self.kernel if self.stride is None else self.stride)

    @property
    def _reach(self) -> Pair:
        rows, columns = map(reach, pair(self.kernel), pair(self.dilation))
        return rows, columns

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        (value,) = wired(inputs)
        check_picture(value, "input")
        self._check_padding(value)
        rows, columns = self._positions(value)
        return (value.with_shape((value.shape[0], rows, columns)),)

    def _check_padding(self, value: ValueType) -> None:
        half = pair(self.kernel)[0] // 2, pair(self.kernel)[1] // 2
        padding = pair(self.padding)
        windows = pair(self.kernel), self._stride, pair(self.dilation)
        is_too_much = padding[0] > half[0] or padding[1] > half[1]
        if is_too_much or any(map(_misses, value.shape[1:], padding, *windows)):
            raise NodeProblem(
                "Some windows would see nothing but padding.",
                code="setting",
                port="input",
                expected=f"a padding of at most half the kernel, {half}, and windows that touch the picture",
                got=f"padding {padding} around {value}",
                remedy="Choose less padding, a larger kernel or a smaller dilation.",
            )

    def _positions(self, value: ValueType) -> Pair:
        """How often the window fits; rounding up, the last one must still start before the picture ends."""
        starts = tuple(n + p for n, p in zip(value.shape[1:], pair(self.padding), strict=True))
        rows, columns = (n + p for n, p in zip(starts, pair(self.padding), strict=True))
        fitting = positions((rows, columns), pair(self.kernel), self._stride, pair(self.dilation), "input")
        if not self.round_up:
            return fitting
        up = (
            -(-(padded - needed) // stride) + 1
            for padded, needed, stride in zip((rows, columns), self._reach, self._stride, strict=True)
        )
        first, second = (
            count - ((count - 1) * stride >= start)
            for count, stride, start in zip(up, self._stride, starts, strict=True)
        )
        return first, second

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        (x,), (source,) = wired(inputs), wired(build.inputs)
        before = pair(self.padding)
        after = [
            max(0, (count - 1) * stride + needed - length - low)
            for count, stride, needed, length, low in zip(
                self._positions(source), self._stride, self._reach, source.shape[1:], before, strict=True
            )
        ]
        padding = (before[0], after[0]), (before[1], after[1])
        x = channels_last(x, source)
        y = ops.max_pool2d(x, pair(self.kernel), self._stride, padding, pair(self.dilation))
        return (channels_first(y, source),)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        settings = {
            "stride": self._stride,
            "padding": pair(self.padding),
            "dilation": pair(self.dilation),
            "ceil_mode": self.round_up,
        }
        return f"nn.MaxPool2d({pair(self.kernel)}, {', '.join(f'{k}={v}' for k, v in settings.items())})"


def _misses(length: int, padding: int, kernel: int, stride: int, dilation: int) -> bool:
    """Whether a window that starts on the padding before the pixels steps over all of them."""
    gaps = range(padding, 0, -stride)  # from its start to the first pixel
    return any(-(-gap // dilation) >= kernel or -gap % dilation >= length for gap in gaps)
