"""What pools of largest numbers and of averages share, over lists and pictures."""

from typing import ClassVar

from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Category
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import NodeProblem, ValueType
from wiregrad.nodes._windows import (
    Border,
    Lengths,
    Padding,
    Pair,
    Size,
    check_moves,
    in_picture,
    lengths,
    positions,
    reach,
)


class Pool(OneToOne):
    """A window moves over each channel of a list (`axes` is 1) or a picture (2)."""

    category: ClassVar[Category] = "Layers"
    axes: ClassVar[int]

    kernel: Size = setting(2, "Kernel", "Size of the window, or (height, width).", unit="pixels")
    stride: Size | None = setting(
        None, "Stride", "How far it moves, or (down, right); empty: its size.", unit="pixels"
    )
    padding: Border = setting(
        0, "Padding", "Pixels around the picture, or (vertical, horizontal).", unit="pixels"
    )
    round_up: bool = setting(
        False,
        "Round up",
        "Whether a last window that only partly lies on the value counts (PyTorch: ceil_mode).",
    )

    @property
    def spacing(self) -> int | Pair:
        """Distance between the pixels of a window."""
        return 1

    def per_axis(self, chosen: int | Pair) -> Lengths:
        return lengths(chosen, self.axes)

    @property
    def strides(self) -> Lengths:
        return self.per_axis(self.kernel if self.stride is None else self.stride)

    @property
    def _reaches(self) -> Lengths:
        return tuple(map(reach, self.per_axis(self.kernel), self.per_axis(self.spacing)))

    def result(self, value: ValueType) -> ValueType:
        check_moves(value, "input", self.axes)
        self._check_padding(value)
        return value.with_shape((value.shape[0], *self._positions(value)))

    def _check_padding(self, value: ValueType) -> None:
        kernel, padding = self.per_axis(self.kernel), self.per_axis(self.padding)
        half = tuple(size // 2 for size in kernel)
        is_too_much = any(width > most for width, most in zip(padding, half, strict=True))
        windows = kernel, self.strides, self.per_axis(self.spacing)
        if is_too_much or any(map(_misses, value.shape[1:], padding, *windows)):
            raise NodeProblem(
                "Some windows would see nothing but padding.",
                code="setting",
                port="input",
                expected=f"a padding of at most half the kernel, {half}, and windows that touch the value",
                got=f"padding {padding} around {value}",
                remedy="Choose less padding, a larger kernel or a smaller dilation.",
            )

    def _positions(self, value: ValueType) -> Lengths:
        """How often the window fits; rounding up, the last one must still start before the value ends."""
        borders = self.per_axis(self.padding)
        starts = tuple(n + p for n, p in zip(value.shape[1:], borders, strict=True))
        padded = tuple(n + p for n, p in zip(starts, borders, strict=True))
        kernel, spacing = self.per_axis(self.kernel), self.per_axis(self.spacing)
        fitting = positions(padded, kernel, self.strides, spacing, "input")
        if not self.round_up:
            return fitting
        rows = zip(padded, self._reaches, self.strides, starts, strict=True)
        return tuple(_rounded_up(*row) for row in rows)

    def borders(self, value: ValueType) -> Padding:
        """The padding with what the last windows reach beyond it, and without what none of them sees."""
        before = self.per_axis(self.padding)
        rows = zip(
            self._positions(value), self.strides, self._reaches, value.shape[1:], before, strict=True
        )  # fmt: skip
        after = [max(0, (n - 1) * stride + needed - length - low) for n, stride, needed, length, low in rows]
        (top, left), (bottom, right) = in_picture(before, 0), in_picture(after, 0)
        return (top, bottom), (left, right)

    def spelled(self, module: str, **more: object) -> str:
        settings = {
            "stride": self.strides,
            "padding": self.per_axis(self.padding),
            "ceil_mode": self.round_up,
        }
        keywords = ", ".join(f"{name}={value}" for name, value in {**settings, **more}.items())
        return f"nn.{module}{self.axes}d({self.per_axis(self.kernel)}, {keywords})"


def _rounded_up(padded: int, needed: int, stride: int, start: int) -> int:
    count = -(-(padded - needed) // stride) + 1
    return count - ((count - 1) * stride >= start)


def _misses(length: int, padding: int, kernel: int, stride: int, dilation: int) -> bool:
    """Whether a window that starts on the padding before the pixels steps over all of them."""
    gaps = range(padding, 0, -stride)  # from its start to the first pixel
    return any(-(-gap // dilation) >= kernel or -gap % dilation >= length for gap in gaps)
