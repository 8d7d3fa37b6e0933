"""Products by the native kernels against NumPy in double precision."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from tests.engine.llvm.harness import run
from wiregrad.engine import ops
from wiregrad.engine.backends.llvm.formula import Formula
from wiregrad.engine.backends.llvm.instruction import Instruction
from wiregrad.engine.backends.llvm.kernels.convolution import Convolution, InputGradient
from wiregrad.engine.backends.llvm.kernels.product import Product
from wiregrad.engine.backends.llvm.kernels.tail import Tail
from wiregrad.engine.backends.llvm.kernels.weight_gradient import WeightGradient
from wiregrad.engine.backends.llvm.target import WIDTH_VARIABLE, host_target
from wiregrad.engine.interpreter import Array, evaluate
from wiregrad.engine.ir import DType, Shape
from wiregrad.engine.ops.window import Padding, Window

ALLOWED: dict[DType, float] = {"float32": 1e-5, "float64": 1e-12}
FLOATS = list(ALLOWED)


def identity(dtype: DType) -> Tail:
    return Tail(Formula((dtype,), (), (), (0,)))


def steps(array: Array) -> tuple[int, ...]:
    return tuple(stride // array.itemsize for stride in array.strides)


def values(dtype: DType, *shape: int) -> Array:
    return np.random.default_rng(7).standard_normal(shape).astype(dtype)


def assert_close(got: Array, expected: Array) -> None:
    largest = max(1.0, float(np.abs(expected).max(initial=0.0)))
    np.testing.assert_allclose(got, expected, rtol=0, atol=ALLOWED[got.dtype.name] * largest)  # type: ignore[index]


# ---- Matrix products ----


def product(a: Array, b: Array, tail: Tail | None = None) -> Product:
    """Of (batch, rows, depth) by (batch, depth, columns)."""
    dtype: DType = a.dtype.name  # type: ignore[assignment]
    batch, rows, depth = a.shape
    return Product(
        dtype, batch, rows, b.shape[2], depth, steps(a), steps(b), tail or identity(dtype), host_target()  # type: ignore[arg-type]
    )  # fmt: skip


def multiply(a: Array, b: Array, parts: int) -> Array:
    kernel = product(a, b)
    (result,) = run(
        kernel, [a, b], [(kernel.dtype, (a.shape[0], a.shape[1], b.shape[2]))], kernel.target, parts
    )
    return result


SIZES = [
    (1, 1, 1, 1),
    (1, 7, 5, 3),
    (1, 13, 33, 20),
    (1, 32, 40, 10),
    (3, 17, 8, 25),
    (2, 64, 16, 48),
    (1, 1, 70, 130),
    (1, 2, 9, 100),
    (1, 50, 1300, 18),
    (1, 30, 300, 6),
    (2, 3, 65, 9),
    (1, 70, 4500, 40),
    (2, 130, 20, 260),
    (2, 129, 40, 136),
    (3, 140, 12, 77),
    (1, 133, 300, 150),
    (1, 600, 500, 260),
    (1, 300, 900, 250),
    (3, 40, 20, 1),
    (1, 700, 11, 3),
    (1, 5, 0, 9),
    (0, 5, 4, 9),
    (1, 0, 4, 9),
    (1, 5, 4, 0),
]
ORDERS: dict[str, Callable[[Array], Array]] = {
    "rows": lambda x: x,
    "columns": lambda x: np.ascontiguousarray(x.swapaxes(1, 2)).swapaxes(1, 2),
    "every other": lambda x: np.repeat(np.repeat(x, 2, axis=1), 2, axis=2)[:, ::2, ::2],
    "one for all": lambda x: np.broadcast_to(x[:, :1, :1], x.shape),
}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("dtype", FLOATS)
def test_product_of_any_size(dtype: DType, size: tuple[int, int, int, int]) -> None:
    batch, rows, depth, columns = size
    a, b = values(dtype, batch, rows, depth), values(dtype, batch, depth, columns)
    for left, right in ((a, b), (a, ORDERS["columns"](b)), (ORDERS["columns"](a), b)):
        assert_close(multiply(left, right, parts=3), a.astype("float64") @ b.astype("float64"))


@pytest.mark.parametrize("of_b", ORDERS)
@pytest.mark.parametrize("of_a", ORDERS)
def test_product_of_any_layout(of_a: str, of_b: str) -> None:
    a, b = ORDERS[of_a](values("float32", 2, 15, 20)), ORDERS[of_b](values("float32", 2, 20, 27))
    assert_close(multiply(a, b, parts=1), a.astype("float64") @ b.astype("float64"))


def test_cut_does_not_change_a_bit() -> None:
    a, b = values("float32", 3, 40, 65), ORDERS["columns"](values("float32", 3, 65, 50))
    whole = multiply(a, b, parts=1)
    for parts in (2, 5, product(a, b).extent):
        np.testing.assert_array_equal(multiply(a, b, parts), whole)


@pytest.mark.parametrize("columns", [141, 149, 157])
def test_panels_of_any_widths_and_copied_rows_cut_anywhere(columns: int) -> None:
    a, b = ORDERS["columns"](values("float32", 2, 130, 37)), values("float32", 2, 37, columns)
    kernel = product(a, b)
    assert kernel.copies_rows
    whole = multiply(a, b, parts=1)
    assert_close(whole, a.astype("float64") @ b.astype("float64"))
    for parts in (2, 3, 7, kernel.extent):
        np.testing.assert_array_equal(multiply(a, b, parts), whole)


@pytest.mark.parametrize("is_long", [False, True])
@pytest.mark.parametrize("columns", [16, 21, 3])
def test_tail_sees_each_element_once(columns: int, is_long: bool) -> None:
    """A bias is added, a mask decides, and beside it the product is multiplied by what has its place."""
    a, b = values("float32", 2, 9, 12), values("float32", 2, 12, columns)
    bias, rest = values("float32", columns), values("float32", 2, 9, columns)
    mask = values("float32", 2, 9, columns) > 0
    last = "tanh" if is_long else "neg"
    formula = Formula(
        ("float32", "float32", "bool", "float32"),
        (("0x0p+0", "float32"),),
        (
            Instruction("add", (0, 1), "float32", "float32"),
            Instruction("select", (2, 5, 4), "bool", "float32"),
            Instruction("mul", (0, 3), "float32", "float32"),
            Instruction(last, (7,), "float32", "float32"),
        ),
        (6, 8),
    )
    dense = (9 * columns, columns, 1)
    kernel = product(a, b, Tail(formula, ((0, 0, 1), dense, dense)))
    shape = (2, 9, columns)
    results = run(kernel, [a, b, bias, mask, rest], [("float32", shape)] * 2, kernel.target, parts=2)
    plain = a.astype("float64") @ b
    assert_close(results[0], np.where(mask, plain + bias, 0))
    assert_close(results[1], np.tanh(plain * rest) if is_long else -plain * rest)


def doubled_and_moved(dtype: DType, strides: tuple[int, int, int]) -> Tail:
    """2 y + what stands at its place."""
    doubled, moved = (
        Instruction("mul", (0, 2), dtype, dtype),
        Instruction("add", (3, 1), dtype, dtype),
    )
    return Tail(Formula((dtype, dtype), (("0x1p+1", dtype),), (doubled, moved), (4,)), (strides,))


@pytest.mark.parametrize(("order", "depth"), [("columns", 784), ("columns", 1009), ("rows", 5001)])
def test_tail_comes_after_all_blocks_of_a_long_reduction(order: str, depth: int) -> None:
    rows = 200 if order == "columns" else 45
    a, b = ORDERS[order](values("float32", 2, rows, depth)), values("float32", 2, depth, 20)
    c = values("float32", 2, rows, 20)
    kernel = product(a, b, doubled_and_moved("float32", (rows * 20, 20, 1)))
    (result,) = run(kernel, [a, b, c], [("float32", (2, rows, 20))], kernel.target, parts=3)
    assert_close(result, 2 * (a.astype("float64") @ b) + c)


# ---- Convolutions ----


@dataclass(frozen=True)
class Case:
    """x NHWC, filters, window and groups."""

    x: Shape
    filters: int
    window: Window
    groups: int = 1

    @property
    def y(self) -> Shape:
        return (*self.window.output(self.x)[:3], self.filters)

    @property
    def w(self) -> Shape:
        return (*self.window.size, self.x[3] // self.groups, self.filters)

    def kernel(self, kind: str, a: Array, b: Array) -> Convolution | InputGradient | WeightGradient:
        dtype: DType = a.dtype.name  # type: ignore[assignment]
        strides: tuple[Any, Any] = (steps(a), steps(b))
        shared = (self.window, self.groups, *strides)
        if kind == "forward":
            return Convolution(dtype, self.x, self.y, *shared, identity(dtype), host_target())
        if kind == "input gradient":
            return InputGradient(dtype, self.x, self.y, *shared, identity(dtype), host_target())
        return WeightGradient(dtype, self.x, self.y, *shared, host_target())

    def operands(self, kind: str) -> tuple[Shape, Shape, Shape]:
        """Shapes of both operands and the result."""
        return {
            "forward": (self.x, self.w, self.y),
            "input gradient": (self.y, self.w, self.x),
            "weight gradient": (self.x, self.y, self.w),
        }[kind]

    def expected(self, kind: str, a: Array, b: Array) -> Array:
        """What the plain interpreter finds in double precision."""
        first, second = ops.constant(a, "float64"), ops.constant(b, "float64")
        stride, padding, dilation = self.window.stride, self.window.padding, self.window.dilation
        if kind == "forward":
            value = ops.conv2d(first, second, stride, padding, dilation, self.groups)
        elif kind == "input gradient":
            value = ops.conv2d_input_gradient(first, second, self.x, stride, padding, dilation, self.groups)
        else:
            size = self.window.size
            value = ops.conv2d_weight_gradient(first, second, size, stride, padding, dilation, self.groups)
        return evaluate([value])[0]

    def check(self, kind: str, dtype: DType, orders: tuple[str, str], parts: int) -> None:
        a_shape, b_shape, result = self.operands(kind)
        a, b = IMAGES[orders[0]](values(dtype, *a_shape)), IMAGES[orders[1]](values(dtype, *b_shape))
        kernel = self.kernel(kind, a, b)
        (got,) = run(kernel, [a, b], [(dtype, result)], kernel.target, parts)
        assert_close(got, self.expected(kind, a, b))


KINDS = ("forward", "input gradient", "weight gradient")
IMAGES: dict[str, Callable[[Array], Array]] = {
    "as it is": lambda x: x,
    "last axis first": lambda x: np.ascontiguousarray(x.transpose(3, 2, 0, 1)).transpose(2, 3, 1, 0),
    "channels first": lambda x: np.ascontiguousarray(x.transpose(0, 3, 1, 2)).transpose(0, 2, 3, 1),
    "part of more": lambda x: np.repeat(np.repeat(x, 2, axis=2), 2, axis=3)[:, :, ::2, ::2],
    "wider pixels": lambda x: np.concatenate([x, x], axis=3)[..., : x.shape[3]],
}
SAME: Padding = ((1, 1), (1, 1))
CASES = {
    "same": Case((3, 6, 7, 5), 20, Window((3, 3), padding=SAME)),
    "valid": Case((2, 9, 8, 16), 16, Window((3, 3))),
    "first layer": Case((2, 12, 12, 1), 32, Window((3, 3), padding=SAME)),
    "colors": Case((2, 9, 9, 3), 6, Window((3, 3), padding=SAME)),
    "stride": Case((2, 8, 8, 6), 10, Window((3, 3), (2, 2), SAME)),
    "odd stride": Case((2, 9, 11, 4), 8, Window((3, 2), (2, 3), ((1, 0), (0, 2)))),
    "stride beyond window": Case((2, 9, 10, 4), 8, Window((1, 2), (3, 4))),
    "points": Case((2, 5, 5, 9), 17, Window((1, 1))),
    "points with stride": Case((3, 8, 8, 8), 12, Window((1, 1), (2, 2))),
    "to one channel": Case((2, 7, 8, 11), 1, Window((3, 3), padding=SAME)),
    "to two channels": Case((2, 7, 8, 16), 2, Window((1, 2))),
    "to colors with stride": Case((2, 7, 8, 12), 3, Window((3, 3), (2, 2), SAME)),
    "from few channels with stride": Case((2, 8, 9, 2), 19, Window((4, 4), (2, 2), SAME)),
    "dilation": Case((2, 11, 10, 3), 7, Window((3, 3), (1, 1), ((2, 2), (1, 3)), (2, 3))),
    "dilation and stride": Case((2, 11, 12, 3), 7, Window((3, 3), (2, 3), ((2, 1), (3, 0)), (3, 2))),
    "much padding": Case((2, 2, 3, 4), 5, Window((2, 2), (1, 1), ((5, 4), (3, 6)))),
    "only padding": Case((1, 1, 1, 2), 3, Window((1, 1), (2, 2), SAME)),
    "whole image": Case((4, 5, 6, 3), 9, Window((5, 6))),
    "groups": Case((2, 6, 6, 12), 18, Window((3, 3), padding=SAME), 3),
    "groups of one channel": Case((2, 6, 6, 4), 12, Window((3, 3), padding=SAME), 4),
    "depthwise": Case((2, 7, 6, 20), 20, Window((3, 3), padding=SAME), 20),
    "depthwise with stride": Case((2, 7, 6, 33), 33, Window((3, 3), (2, 2), SAME), 33),
    "no images": Case((0, 6, 6, 4), 5, Window((3, 3), padding=SAME)),
    "many channels": Case((1, 4, 4, 70), 70, Window((3, 3), padding=SAME)),
    "weights beyond what is packed": Case((2, 3, 3, 160), 130, Window((3, 3), padding=SAME)),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_convolution(kind: str, name: str) -> None:
    CASES[name].check(
        kind, "float32", ("as it is", "last axis first" if kind != "weight gradient" else "as it is"), 3
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["same", "odd stride", "groups", "depthwise"])
def test_convolution_in_double_precision(kind: str, name: str) -> None:
    CASES[name].check(kind, "float64", ("as it is", "as it is"), 2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", list(IMAGES)[1:])
def test_convolution_of_any_layout(kind: str, order: str) -> None:
    for name in ("same", "points with stride", "depthwise"):
        CASES[name].check(kind, "float32", (order, order), 1)


@pytest.mark.parametrize("kind", KINDS)
def test_cut_of_a_convolution_does_not_change_a_bit(kind: str) -> None:
    case = CASES["odd stride"]
    a_shape, b_shape, shape = case.operands(kind)
    a, b = values("float32", *a_shape), values("float32", *b_shape)
    kernel = case.kernel(kind, a, b)
    whole = run(kernel, [a, b], [("float32", shape)], kernel.target)
    for parts in (2, kernel.extent):
        np.testing.assert_array_equal(run(kernel, [a, b], [("float32", shape)], kernel.target, parts), whole)


@pytest.mark.parametrize("kind", ["forward", "input gradient"])
def test_tail_of_a_convolution(kind: str) -> None:
    """A bias for each channel is added, and what stood at the pixel."""
    case = CASES["stride"]
    a_shape, b_shape, shape = case.operands(kind)
    a, b, bias, rest = (values("float32", *s) for s in (a_shape, b_shape, shape[3:], shape))
    formula = Formula(
        ("float32",) * 3,
        (),
        (Instruction("add", (0, 1), "float32", "float32"), Instruction("add", (3, 2), "float32", "float32")),
        (4,),
    )
    pixels = shape[1] * shape[2]
    tail = Tail(formula, ((0, 0, 1), (pixels * shape[3], shape[3], 1)))
    plain = case.kernel(kind, a, b)
    assert not isinstance(plain, WeightGradient)
    kernel = replace(plain, tail=tail)
    (got,) = run(kernel, [a, b, bias, rest], [("float32", shape)], kernel.target, parts=2)
    assert_close(got, case.expected(kind, a, b) + bias + rest)


# ---- Other processors ----


@pytest.fixture(params=[128, 512])
def other_vectors(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels are for vectors of so many bits; LLVM splits those that this processor does not have."""
    wide = replace(host_target(), vector_bytes=64, registers=32)
    monkeypatch.setenv(WIDTH_VARIABLE, "128")
    other = host_target() if request.param == 128 else wide
    monkeypatch.setattr(sys.modules[__name__], "host_target", lambda: other)


@pytest.mark.usefixtures("other_vectors")
@pytest.mark.parametrize("dtype", FLOATS)
def test_product_with_other_vectors(dtype: DType) -> None:
    for batch, rows, depth, columns in ((2, 33, 70, 90), (1, 3, 300, 21), (1, 70, 600, 40)):
        a, b = values(dtype, batch, rows, depth), values(dtype, batch, depth, columns)
        for left, right in ((a, b), (a, ORDERS["columns"](b)), (ORDERS["columns"](a), b)):
            assert_close(multiply(left, right, parts=2), a.astype("float64") @ b.astype("float64"))


@pytest.mark.usefixtures("other_vectors")
@pytest.mark.parametrize("kind", KINDS)
def test_convolution_with_other_vectors(kind: str) -> None:
    for name in ("same", "odd stride", "groups", "depthwise"):
        CASES[name].check(kind, "float32", ("as it is", "as it is"), 2)
