"""One or more applications of every primitive, small enough for finite differences.

Operands are drawn where the primitive is smooth: away from kinks, poles and ties.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from wiregrad.engine import ops
from wiregrad.engine.autodiff import gradients
from wiregrad.engine.ir import DType, Value

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Example:
    primitive: str
    build: Callable[..., Value]
    operands: Sequence[Array]
    label: str = ""

    def __str__(self) -> str:
        return f"{self.primitive}-{self.label}" if self.label else self.primitive

    def inputs(self, dtype: str | None = None) -> list[Value]:
        fed = self.fed(dtype).items()
        return [ops.input(name, cast(DType, array.dtype.name), array.shape) for name, array in fed]

    def fed(self, dtype: str | None = None) -> dict[str, Array]:
        """The operands by input name; floats as `dtype` where one is given."""
        convert = [a.astype(dtype) if dtype and a.dtype.kind == "f" else a for a in self.operands]
        return {f"x{i}": array for i, array in enumerate(convert)}


def _spread(low: float, high: float, *shape: int) -> Array:
    """Distinct numbers between bounds, in a fixed shuffled order."""
    size = int(np.prod(shape))
    numbers = low + (high - low) * (np.arange(size) + 0.37) / max(1, size)
    return np.random.default_rng(size).permutation(numbers).reshape(shape)


def _unary(name: str, low: float = -2.0, high: float = 2.0) -> Example:
    return Example(name, getattr(ops, name), [_spread(low, high, 2, 3)])


def _binary(name: str, low: float = -2.0, high: float = 2.0) -> Example:
    return Example(name, getattr(ops, name), [_spread(low, high, 2, 3), _spread(high, low, 3, 2).T])


def _logic(name: str) -> Example:
    return Example(
        name, getattr(ops, name), [np.array([True, True, False, False]), np.array([True, False] * 2)]
    )


BOOLS = np.array([[True, False, True], [False, False, True]])
PADDING = ((1, 0), (2, 1))
IMAGE = _spread(-1, 1, 2, 5, 6, 4)
SCALAR_SEED, SCALAR_STEP = np.array(7, "int64"), np.array(3, "int64")


def _convolutions(label: str, image: Array, kernel: Array, **settings: Any) -> list[Example]:  # noqa: ANN401
    """All three primitives of one geometry."""
    y = ops.conv2d(
        ops.input("x", "float64", image.shape), ops.input("w", "float64", kernel.shape), **settings
    )
    cotangent = _spread(-1, 1, *y.shape)

    def input_gradient(g: Value, w: Value) -> Value:
        return ops.conv2d_input_gradient(g, w, image.shape, **settings)

    def weight_gradient(x: Value, g: Value) -> Value:
        return ops.conv2d_weight_gradient(x, g, kernel.shape[:2], **settings)

    return [
        Example("conv2d", lambda x, w: ops.conv2d(x, w, **settings), [image, kernel], label),
        Example("conv2d_input_gradient", input_gradient, [cotangent, kernel], label),
        Example("conv2d_weight_gradient", weight_gradient, [image, cotangent], label),
    ]


def _as_strided_views(examples: list[Example], label: str) -> list[Example]:
    """The same applications to operands that come with their axes in another order in memory."""

    def strided(example: Example) -> Example:
        def build(*operands: Value) -> Value:
            return example.build(*(ops.transpose(x, (2, 3, 1, 0)) for x in operands))

        return replace(
            example, build=build, operands=[a.transpose(3, 2, 0, 1) for a in example.operands], label=label
        )

    return [strided(example) for example in examples]


def _max_pools(label: str, image: Array, **settings: Any) -> list[Example]:  # noqa: ANN401
    """The pool and its gradient; the gradient's gradient is reached by differentiating that."""
    y = ops.max_pool2d(ops.input("x", "float64", image.shape), **settings)

    def pick(x: Value, v: Value) -> Value:
        g = ops.full(0.0, x.dtype, y.shape)
        (picked,) = gradients(ops.max_pool2d_gradient(x, g, **settings), [g], seed=v)
        assert picked is not None
        return picked

    def scatter(x: Value, g: Value) -> Value:
        return ops.max_pool2d_gradient(x, g, **settings)

    return [
        Example("max_pool2d", lambda x: ops.max_pool2d(x, **settings), [image], label),
        Example("max_pool2d_gradient", scatter, [image, _spread(-1, 1, *y.shape)], label),
        Example("max_pool2d_pick", pick, [image, _spread(2, -1, *image.shape)], label),
    ]


EXAMPLES: list[Example] = [
    *(_binary(name) for name in ("add", "sub", "mul", "minimum", "maximum")),
    _binary("div", 0.5, 3.0),
    _binary("pow", 0.5, 3.0),
    *(_binary(name) for name in ("eq", "ne", "lt", "le", "gt", "ge")),
    *(_logic(name) for name in ("logical_and", "logical_or", "logical_xor")),
    Example("logical_not", ops.logical_not, [BOOLS]),
    Example("is_finite", ops.is_finite, [np.array([1.0, np.inf, np.nan])]),
    *(
        _unary(name)
        for name in (
            "neg",
            "abs",
            "sign",
            "exp",
            "expm1",
            "sin",
            "cos",
            "sinh",
            "cosh",
            "tanh",
            "atan",
            "floor",
            "ceil",
            "round",
        )
    ),
    *(_unary(name, 0.3, 3.0) for name in ("sqrt", "log", "reciprocal", "log1p")),
    *(_unary(name, -3.0, 3.0) for name in ("erf", "sigmoid", "softplus", "relu")),
    _unary("tan", -1.2, 1.2),
    *(_unary(name, -0.9, 0.9) for name in ("asin", "acos")),
    Example("stop_gradient", ops.stop_gradient, [_spread(-1, 1, 3)]),
    Example(
        "select",
        ops.select,
        [BOOLS, _spread(-1, 1, 2, 3), _spread(1, 4, 2, 3)],
    ),
    Example("cast", lambda x: ops.cast(ops.cast(x, "float32"), "float64"), [np.arange(6.0).reshape(2, 3)]),
    Example(
        "round_bfloat16",
        lambda x: ops.cast(ops.round_bfloat16(ops.cast(x, "float32")), x.dtype),
        [_spread(-3, 3, 2, 3)],
    ),
    Example("cast", lambda x: ops.cast(x, "int32"), [_spread(-3, 3, 2, 3)], "to-integer"),
    Example("shift_right", lambda x: ops.shift_right(x, 3), [np.array([1, 8, 2**32 - 1], "uint32")]),
    Example("floor_div", ops.floor_div, [np.array([-7, 6, 7, 2**60]), np.array([2, 3, 8, 3])]),
    Example("input", lambda x: x, [_spread(-1, 1, 3)]),
    Example("full", lambda: ops.full(2.5, "float64", (2, 2)), []),
    Example("constant", lambda: ops.constant([[1.0, 2.0]], "float64"), []),
    Example("broadcast", lambda x: ops.broadcast(x, (4, 2, 5, 3), (1, 3)), [_spread(-1, 1, 2, 3)]),
    Example("broadcast", lambda x: ops.broadcast(x, (2, 4), (0, 1)), [_spread(-1, 1, 2, 1)], "unit-axis"),
    Example("reshape", lambda x: ops.reshape(x, (3, 4)), [_spread(-1, 1, 2, 6)]),
    Example(
        "reshape", lambda x: ops.reshape(ops.transpose(x, (1, 0)), (12,)), [_spread(-1, 1, 2, 6)], "strided"
    ),
    Example("transpose", lambda x: ops.transpose(x, (2, 0, 1)), [_spread(-1, 1, 2, 3, 4)]),
    Example("slice", lambda x: ops.slice(x, (1, 0), (4, 7), (1, 3)), [_spread(-1, 1, 5, 8)]),
    Example("pad", lambda x: ops.pad(x, (1, 0), (2, 1), 0.5, (0, 2)), [_spread(-1, 1, 2, 3)]),
    Example("concat", lambda a, b: ops.concat([a, b], 1), [_spread(-1, 1, 2, 3), _spread(-1, 1, 2, 1)]),
    Example("reduce_sum", lambda x: ops.reduce_sum(x, (0, 2)), [_spread(-1, 1, 2, 3, 4)]),
    Example("reduce_max", lambda x: ops.reduce_max(x, (1,)), [_spread(-1, 1, 2, 3, 2)]),
    Example("reduce_min", lambda x: ops.reduce_min(x, (0, 2)), [_spread(-1, 1, 2, 3, 2)]),
    Example("argmax", lambda x: ops.argmax(x, 1), [_spread(-1, 1, 2, 3, 2)]),
    Example(
        "gather", lambda x, i: ops.gather(x, i, 1), [_spread(-1, 1, 2, 3, 2), np.array([[2, 0], [0, 0]])]
    ),
    Example(
        "scatter_add",
        lambda x, i: ops.scatter_add(x, i, 1, 4),
        [_spread(-1, 1, 2, 3, 2), np.array([3, 0, 3])],
    ),
    Example(
        "scatter_add",
        lambda x, i: ops.scatter_add(x, i, 0, 5),
        [_spread(-1, 1, 2, 3, 2), np.array([[3, 0, 3], [0, 4, -1]])],
        "rows",
    ),
    Example(
        "scatter_add",
        lambda x, i: ops.scatter_add(ops.transpose(x, (1, 0)), i, 0, 5),
        [_spread(-1, 1, 3, 4), np.array([4, 1, 1, 0])],
        "views",
    ),
    Example("matmul", ops.matmul, [_spread(-1, 1, 2, 3), _spread(-1, 1, 3, 4)]),
    Example("matmul", ops.matmul, [_spread(-1, 1, 2, 2, 3), _spread(-1, 1, 2, 3, 2)], "batched"),
    Example("matmul", ops.matmul, [_spread(-1, 1, 2, 2, 3), _spread(-1, 1, 3, 2)], "rows"),
    *_convolutions("dense", IMAGE[:, :, :, :3], _spread(-1, 1, 3, 2, 3, 2)),
    *_convolutions("padded", IMAGE[:, :, :, :1], _spread(-1, 1, 3, 3, 1, 2), padding=((1, 1), (1, 1))),
    *_convolutions("strided", IMAGE, _spread(-1, 1, 2, 2, 4, 2), stride=(2, 1), padding=PADDING),
    *_convolutions("dilated", IMAGE[:, :, :, :2], _spread(-1, 1, 2, 2, 2, 3), dilation=(2, 3)),
    *_convolutions("grouped", IMAGE, _spread(-1, 1, 3, 3, 2, 4), groups=2, padding=PADDING),
    *_convolutions("depthwise", IMAGE, _spread(-1, 1, 2, 2, 1, 4), groups=4),
    *_as_strided_views(_convolutions("", IMAGE, _spread(-1, 1, 3, 3, 4, 2), padding=PADDING), "views"),
    *_as_strided_views(_convolutions("", IMAGE, _spread(-1, 1, 2, 2, 4, 2), stride=2), "strided-views"),
    *_as_strided_views(_convolutions("", IMAGE, _spread(-1, 1, 2, 2, 2, 2), groups=2), "grouped-views"),
    *_as_strided_views(_convolutions("", IMAGE, _spread(-1, 1, 2, 2, 1, 4), groups=4), "depthwise-views"),
    *_as_strided_views(_convolutions("", IMAGE, _spread(-1, 1, 1, 1, 4, 2)), "pointwise-views"),
    *_as_strided_views(_max_pools("", IMAGE, window=2), "views"),
    *_as_strided_views(_max_pools("", IMAGE, window=3, stride=2, padding=((1, 1), (1, 0))), "padded-views"),
    *_convolutions("pointwise", IMAGE, _spread(-1, 1, 1, 1, 4, 3)),
    *_convolutions("wide", _spread(-1, 1, 1, 3, 3, 33), _spread(-1, 1, 2, 2, 33, 2), padding=PADDING),
    *_max_pools("tiled", IMAGE[:, :4], window=2),
    *_max_pools("cropped", IMAGE, window=2),
    *_max_pools("overlapping", IMAGE, window=3, stride=2, padding=((1, 1), (1, 0))),
    *_max_pools("dilated", IMAGE, window=2, stride=1, dilation=(2, 3)),
    Example(
        "random_bits",
        lambda seed, step: ops.random_bits(seed, step, 5, (3, 3)),
        [SCALAR_SEED, SCALAR_STEP],
    ),
]
