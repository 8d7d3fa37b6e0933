from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.llvm.comparing import How, check, layout_of, ways
from wiregrad.engine import ops
from wiregrad.engine.backends.llvm.kernel import Kernel
from wiregrad.engine.backends.llvm.kernels.pooling import MaxPool, MaxPoolPick
from wiregrad.engine.backends.llvm.kernels.pooling_gradient import MaxPoolGradient
from wiregrad.engine.interpreter import Array, evaluate
from wiregrad.engine.ops import pooling
from wiregrad.engine.ops.window import Window
from wiregrad.engine.primitive import Primitive

KINDS = ("pool", "gradient", "pick")


def _check(kind: str, window: Window, x: Array, linear: Array, how: How) -> None:
    """A kernel against the interpreter; in `linear` the gradient, or the pick, is linear."""
    layout, given = layout_of(x), layout_of(linear)
    (y,) = evaluate([pooling._max_pool2d.bind(ops.constant(x, layout.dtype), window=window)])
    kernels: dict[str, tuple[Kernel, Primitive, list[Array]]] = {
        "pool": (MaxPool(layout, window), pooling._max_pool2d, [x]),
        "gradient": (
            MaxPoolGradient(layout, layout_of(y), given, window),
            pooling._max_pool2d_gradient,
            [x, y, linear],
        ),
        "pick": (MaxPoolPick(layout, layout_of(y), given, window), pooling._max_pool2d_pick, [x, y, linear]),
    }
    kernel, primitive, operands = kernels[kind]
    values = [ops.constant(operand, layout.dtype) for operand in operands]
    (expected,) = evaluate([primitive.bind(*values, window=window)])
    check(kernel, operands, expected, how)


def _image(shape: tuple[int, ...], dtype: str, seed: int = 0) -> Array:
    """Few different numbers, so that there are ties, and some that are not finite."""
    random = np.random.default_rng(seed)
    image = random.integers(-3, 4, shape).astype(dtype)
    image[random.random(shape) < 0.03] = np.nan
    image[random.random(shape) < 0.1] = -np.inf
    return image


def _linear(kind: str, window: Window, x: Array) -> Array:
    shape = window.output(x.shape) if kind == "gradient" else x.shape
    return np.random.default_rng(9).standard_normal(shape).astype(x.dtype)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("shape", "window"),
    [
        ((2, 4, 6, 16), Window((2, 2), (2, 2))),
        ((3, 7, 5, 11), Window((2, 2), (2, 2))),
        ((2, 6, 7, 9), Window((3, 3), (2, 2), ((1, 1), (1, 1)))),
        ((1, 5, 5, 3), Window((2, 3), (1, 1), ((0, 1), (2, 1)), (3, 1))),
        ((2, 9, 8, 1), Window((2, 2), (4, 3), ((1, 0), (0, 1)))),
        ((2, 6, 6, 8), Window((4, 5), (1, 2), ((3, 0), (2, 4)))),
        ((2, 4, 4, 5), Window((4, 4), (1, 1))),
        ((1, 3, 12, 4), Window((2, 11), (1, 1), ((0, 1), (0, 3)))),
        ((1, 0, 3, 2), Window((2, 2), (1, 1), ((1, 1), (0, 0)))),
    ],
    ids=str,
)
def test_a_window_of_each_sort(kind: str, shape: tuple[int, ...], window: Window) -> None:
    x = _image(shape, "float32")
    _check(kind, window, x, _linear(kind, window, x), How(3))


@st.composite
def _windows(draw: st.DrawFn) -> tuple[Window, tuple[int, int]]:
    def drawn(low: int, high: int) -> tuple[int, int]:
        return draw(st.integers(low, high)), draw(st.integers(low, high))

    size, dilation = drawn(1, 4), drawn(1, 2)
    reach = [(k - 1) * d + 1 for k, d in zip(size, dilation, strict=True)]
    padding = (drawn(0, reach[0] - 1), drawn(0, reach[1] - 1))
    extents = draw(st.integers(reach[0], 8)), draw(st.integers(reach[1], 8))
    return Window(size, drawn(1, 4), padding, dilation), extents


@settings(max_examples=15)
@given(
    st.sampled_from(KINDS), _windows(), st.integers(1, 18), st.sampled_from(["float32", "float64"]), ways()
)
def test_any_window(
    kind: str, drawn: tuple[Window, tuple[int, int]], channels: int, dtype: str, how: How
) -> None:  # fmt: skip
    window, extents = drawn
    x = _image((2, *extents, channels), dtype, seed=channels)
    _check(kind, window, x, _linear(kind, window, x), how)


@pytest.mark.parametrize("kind", KINDS)
def test_operands_that_are_views(kind: str) -> None:
    window = Window((3, 3), (2, 2))
    x = _image((2, 12, 7, 8), "float32").transpose(0, 2, 3, 1)
    linear: Any = np.broadcast_to(np.float32(2.5), _linear(kind, window, x).shape)
    _check(kind, window, x, linear, How(2))
    _check(kind, window, np.ascontiguousarray(x), linear, How(2))
