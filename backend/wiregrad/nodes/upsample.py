from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import NodeProblem, ValueType
from wiregrad.nodes._windows import Pair, Size, check_moves, pair

MAX_SIDE = 2048


class Upsample(OneToOne):
    """Makes a picture larger (or smaller): by repeating pixels, or by blending neighbors.

    (channels, height, width) becomes (channels, scale * height, scale * width), or of the given size.
    Nearest takes the pixel that lies closest; bilinear weights the four around (`torch.nn.Upsample`,
    `torch.nn.functional.interpolate`). With aligned corners, the corner pixels keep their place.
    """

    title: ClassVar[str] = "Upsample"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2, 2, 3), True),)),
        Example((ValueType("float32", (1, 2, 3), True),), {"scale": [1, 3], "mode": "bilinear"}),
        Example((ValueType("float32", (2, 3, 4)),), {"size": [5, 3]}),
        Example(
            (ValueType("float32", (1, 3, 4), True),),
            {"size": [5, 1], "mode": "bilinear", "align_corners": True},
        ),
    )

    scale: Size = setting(
        2, "Scale", "How many times as large, or (vertical, horizontal); not used if a size is given."
    )
    size: Size | None = setting(
        None, "Size", "Size of the result, or (height, width); empty: as the scale says.", unit="pixels"
    )
    mode: Literal["nearest", "bilinear"] = setting("nearest", "Method", "Where new pixels come from.")
    align_corners: bool = setting(
        False, "Align corners", "Whether corner pixels keep their place.", show_when={"mode": ["bilinear"]}
    )

    def result(self, value: ValueType) -> ValueType:
        check_moves(value, "input", 2)
        sides = self._sides(value)
        if max(sides) > MAX_SIDE or (self.mode == "bilinear" and max(value.shape[1:]) > MAX_SIDE):
            raise NodeProblem(
                "The picture is too large to be made larger.",
                code="limit",
                port="input",
                expected=f"pictures of at most {MAX_SIDE} by {MAX_SIDE} pixels",
                got=f"{sides[0]} by {sides[1]} pixels from {value}",
                remedy="Choose a smaller scale or size.",
            )
        return value.with_shape((value.shape[0], *sides))

    def _sides(self, value: ValueType) -> Pair:
        if self.size is not None:
            return pair(self.size)
        down, right = pair(self.scale)
        return value.shape[1] * down, value.shape[2] * right

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        rows, columns = self._sides(source)
        resize = self._blended if self.mode == "bilinear" else _picked
        return resize(resize(x, x.rank - 2, rows), x.rank - 1, columns)

    def _blended(self, x: Value, axis: int, length: int) -> Value:
        """By a product with the weights of the two neighbors."""
        weights = ops.constant(_weights(x.shape[axis], length, self.align_corners), x.dtype)
        if axis == x.rank - 1:
            return ops.matmul(x, ops.matrix_transpose(weights))
        return ops.matmul(ops.broadcast_to(weights, (*x.shape[:-2], *weights.shape)), x)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        corners = f", align_corners={self.align_corners}" if self.mode == "bilinear" else ""
        resized = f"size={self._sides(value)}, mode={self.mode!r}{corners})"
        if value.batched:
            return f"F.interpolate(input, {resized}"
        return f"F.interpolate(input.unsqueeze(0), {resized}.squeeze(0)"

    def multiply_adds(self, *inputs: ValueType | None) -> int:
        neighbors = 4
        return neighbors * self.infer(*inputs)[0].size if self.mode == "bilinear" else 0


def _picked(x: Value, axis: int, length: int) -> Value:
    old = x.shape[axis]
    if length % old == 0:
        repeated = (*x.shape[: axis + 1], length // old, *x.shape[axis + 1 :])
        axes = [*range(axis + 1), *range(axis + 2, x.rank + 1)]
        return ops.reshape(ops.broadcast(x, repeated, axes), (*x.shape[:axis], length, *x.shape[axis + 1 :]))
    step = np.float32(old) / np.float32(length)  # PyTorch's precision decides which pixel is closest
    places = np.floor(np.arange(length, dtype=np.float32) * step).astype(np.int64)
    return ops.gather(x, ops.constant(np.minimum(places, old - 1), "int64"), axis)


def _weights(old: int, new: int, align_corners: bool) -> NDArray[np.float64]:
    """How much of each old pixel (column) is in each new one (row)."""
    if align_corners:
        places = np.arange(new) * ((old - 1) / (new - 1) if new > 1 else 0.0)
    else:
        places = np.maximum((np.arange(new) + 0.5) * (old / new) - 0.5, 0.0)
    before = np.minimum(np.floor(places).astype(np.int64), old - 1)
    after = np.minimum(before + 1, old - 1)
    share = places - before
    weights = np.zeros((new, old))
    rows = np.arange(new)
    np.add.at(weights, (rows, before), 1 - share)
    np.add.at(weights, (rows, after), share)
    return weights
