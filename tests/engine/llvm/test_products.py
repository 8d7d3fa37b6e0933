"""Products by the native kernels against NumPy in double precision."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.engine.llvm.harness import run
from wiregrad.engine.backends.llvm.formula import Formula, Instruction
from wiregrad.engine.backends.llvm.kernels.product import Product
from wiregrad.engine.backends.llvm.kernels.tail import Tail
from wiregrad.engine.backends.llvm.target import host_target
from wiregrad.engine.interpreter import Array
from wiregrad.engine.ir import DType

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
    for turned in (b, ORDERS["columns"](b)):
        result = multiply(a, turned, parts=3)
        assert_close(result, a.astype("float64") @ b.astype("float64"))


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


@pytest.mark.parametrize("columns", [16, 21, 3])
def test_tail_sees_each_element_once(columns: int) -> None:
    """y = max(x @ w + bias, 0) where a mask is set, and beside it that product times what stands at its place."""
    a, b = values("float32", 2, 9, 12), values("float32", 2, 12, columns)
    bias, rest = values("float32", columns), values("float32", 2, 9, columns)
    mask = values("float32", 2, 9, columns) > 0
    formula = Formula(
        ("float32", "float32", "bool", "float32"),
        (("0x0p+0", "float32"),),
        (
            Instruction("add", (0, 1), "float32", "float32"),
            Instruction("select", (2, 5, 4), "bool", "float32"),
            Instruction("mul", (0, 3), "float32", "float32"),
        ),
        (6, 7),
    )
    dense = (9 * columns, columns, 1)
    kernel = product(a, b, Tail(formula, ((0, 0, 1), dense, dense)))
    shape = (2, 9, columns)
    results = run(kernel, [a, b, bias, mask, rest], [("float32", shape)] * 2, kernel.target, parts=2)
    plain = a.astype("float64") @ b
    assert_close(results[0], np.where(mask, plain + bias, 0))
    assert_close(results[1], plain * rest)
