"""Loops over any shape: vectors, what is left over, sums cut into parts, and integers at their ends."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from tests.engine.llvm.compiling import (
    WAYS,
    Way,
    assert_same_bits,
    check,
    drawn,
    stepped,
    total,
)
from wiregrad.engine import ops
from wiregrad.engine.backends.llvm.box import WORTH_PARTS
from wiregrad.engine.ir import DType, Function, Shape, Value

SHARED = [Way(threads=3), Way(threads=2, is_narrow=True)]
"""Where there are many cases."""

# ---- Reductions ----


def _axes(rank: int) -> list[tuple[int, ...]]:
    return [axes for count in range(1, rank + 1) for axes in combinations(range(rank), count)]


def _reductions(x: Value) -> dict[str, Value]:
    """Over all sets of axes; largest and least only of what is not empty."""
    kinds = [ops.reduce_sum, ops.reduce_max, ops.reduce_min] if x.size else [ops.reduce_sum]
    return {f"{kind.__name__} {axes}": kind(x, axes) for kind in kinds for axes in _axes(x.rank)}


SHAPES: list[Shape] = [(1,), (0,), (7,), (64, 1000), (3, 5, 67), (32, 33, 34), (3, 0), (0, 3), (9, 1, 4)]


@pytest.mark.parametrize("way", SHARED, ids=str)
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_reductions_over_any_axes(shape: Shape, way: Way) -> None:
    x = ops.input("x", "float32", shape)
    function = Function("reductions", {"x": x}, _reductions(x))
    check(function, {"x": drawn(shape, "float32")}, way, tolerance=2e-5)


@pytest.mark.parametrize("dtype", ["float64", "int32", "int64", "uint32"])
def test_reductions_of_other_numbers(dtype: DType) -> None:
    x = ops.input("x", dtype, (5, 67))
    feed = np.random.default_rng(0).integers(0, 2**31 - 1, x.shape).astype(dtype)
    check(Function("reductions", {"x": x}, _reductions(x)), {"x": feed}, Way(threads=2))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_nan_and_infinity_come_through_extrema_and_sums(way: Way) -> None:
    x = ops.input("x", "float32", (40, 67))
    feed = drawn(x.shape, "float32")
    feed[[3, 5, 5], [66, 0, 31]] = np.nan
    feed[[7, 8], [64, 2]] = [np.inf, -np.inf]
    check(Function("limits", {"x": x}, _reductions(x)), {"x": feed}, way, tolerance=2e-5)


@pytest.mark.parametrize("threads", [2, 3])
def test_long_sums_are_cut_into_parts(threads: int) -> None:
    """Of a whole array, and of what is left of each column; a plain sum is another kernel beside them."""
    shape = (96, 512)
    assert np.prod(shape) > WORTH_PARTS
    x, y = (ops.input(name, "float32", shape) for name in ("x", "y"))
    product = ops.mul(x, y)
    outputs = {
        "all": ops.reduce_sum(product, (0, 1)),
        "columns": ops.reduce_sum(product, (0,)),
        "rows": ops.reduce_sum(product, (1,)),
        "greatest": ops.reduce_max(ops.tanh(x), (0, 1)),
        "product": product,
    }
    feed = {name: drawn(shape, "float32", seed) for seed, name in enumerate("xy")}
    function = Function("sums", {"x": x, "y": y}, outputs)
    assert Way(threads).compile(function)._manifest.threads == threads
    check(function, feed, Way(threads), tolerance=1e-4)
    alone, shared = (stepped(Way(n).compile(function), function, feed, 1) for n in (1, threads))
    assert_same_bits(shared, alone)


# ---- Loops with all that is left over ----


@pytest.mark.parametrize("way", SHARED, ids=str)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 8, 9, 33, 63, 65, 127, 1000])
def test_rows_of_any_length(size: int, way: Way) -> None:
    x, row = ops.input("x", "float32", (3, size)), ops.input("row", "float32", (size,))
    y = ops.add(ops.mul(x, ops.broadcast_to(row, x.shape)), ops.full_like(0.5, x))
    outputs = {"y": ops.tanh(y), "above": ops.gt(y, x), "count": ops.cast(y, "int32"), "total": total(y)}
    feed = {"x": drawn(x.shape, "float32"), "row": drawn(row.shape, "float32", 1)}
    check(Function("rows", {"x": x, "row": row}, outputs), feed, way, tolerance=2e-5)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_broadcasts_along_every_axis(way: Way) -> None:
    shape = (5, 6, 67)
    x = ops.input("x", "float64", shape)
    inputs, y = {"x": x}, x
    for axes in [(0,), (1,), (2,), (0, 2), (1, 2), ()]:
        name = f"part{''.join(map(str, axes))}"
        inputs[name] = ops.input(name, "float64", [shape[axis] for axis in axes])
        y = ops.sub(ops.mul(y, ops.full_like(0.5, y)), ops.broadcast(inputs[name], shape, axes))
    feed = {name: drawn(value.shape, seed=seed) for seed, (name, value) in enumerate(inputs.items())}
    check(Function("broadcasts", inputs, {"y": y, "columns": ops.reduce_sum(y, (0, 1))}), feed, way)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_a_softmax_with_its_gradient(way: Way) -> None:
    """Reductions whose results their own operands are computed with again."""
    x, g = (ops.input(name, "float64", (33, 67)) for name in ("x", "g"))

    def spread(row: Value) -> Value:
        return ops.broadcast(row, x.shape, (0,))

    powers = ops.exp(ops.sub(x, spread(ops.reduce_max(x, (1,)))))
    y = ops.div(powers, spread(ops.reduce_sum(powers, (1,))))
    gradient = ops.mul(y, ops.sub(g, spread(ops.reduce_sum(ops.mul(g, y), (1,)))))
    feed = {"x": drawn(x.shape), "g": drawn(g.shape, seed=1)}
    check(Function("softmax", {"x": x, "g": g}, {"y": y, "gradient": gradient}), feed, way)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_views_of_views(way: Way) -> None:
    x = ops.input("x", "float32", (4, 9, 35))
    turned = ops.transpose(x, (2, 0, 1))
    sliced = ops.slice(turned, (3, 0, 1), (34, 4, 9), (2, 1, 3))
    outputs = {
        "sum": ops.add(turned, ops.full_like(1, turned)),
        "sliced": ops.tanh(sliced),
        "flat": ops.reshape(sliced, (sliced.size,)),
        "rows": ops.reduce_sum(sliced, (1,)),
        "joined": ops.concat([sliced, sliced], 1),
        "padded": ops.pad(sliced, (1, 0, 2), (0, 1, 1), -1.5, (1, 0, 2)),
    }
    check(Function("views", {"x": x}, outputs), {"x": drawn(x.shape, "float32")}, way, tolerance=2e-5)


# ---- Integers ----


@pytest.mark.parametrize("dtype", ["int32", "int64", "uint32", "uint64"])
def test_integers_at_their_ends(dtype: DType) -> None:
    """Divided by zero too, and the smallest by -1: NumPy wraps around, and so must we."""
    info = np.iinfo(dtype)
    numbers = np.array([0, 1, 2, 7, info.max, info.max - 1, info.min, info.min // 3], dtype)
    if info.min < 0:
        numbers = np.concatenate([numbers, np.array([-1, -2, -7], dtype)])
    a, b = (ops.input(name, dtype, (len(numbers) ** 2,)) for name in "ab")
    pairs = [("add", ops.add), ("sub", ops.sub), ("mul", ops.mul), ("floor_div", ops.floor_div)]
    pairs += [("minimum", ops.minimum), ("maximum", ops.maximum), ("lt", ops.lt), ("ge", ops.ge)]
    outputs = {name: make(a, b) for name, make in pairs}
    outputs |= {"abs": ops.abs(a), "sign": ops.sign(a)} if info.min < 0 else {}
    outputs |= {f"as {other}": ops.cast(a, other) for other in ("int32", "int64", "uint32", "bool")}
    feed = {"a": np.repeat(numbers, len(numbers)), "b": np.tile(numbers, len(numbers))}
    with np.errstate(all="ignore"):
        check(Function("integers", {"a": a, "b": b}, outputs), feed, Way(guarded=True), tolerance=0)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_casts_of_floats(dtype: DType) -> None:
    numbers = np.array([0.0, -0.0, 0.5, -0.5, 1.9, -1.9, 2.0**30, -(2.0**31), 1e-30] * 3, dtype)
    x = ops.input("x", dtype, numbers.shape)
    outputs = {other: ops.cast(x, other) for other in ("int32", "int64", "bool")}
    check(Function("casts", {"x": x}, outputs), {"x": numbers}, Way(guarded=True), tolerance=0)


def test_zero_and_minus_zero_are_two_constants() -> None:
    x = ops.input("x", "float32", (9,))
    one = ops.full_like(1, x)
    outputs = {sign: ops.div(one, ops.full_like(float(f"{sign}0"), x)) for sign in "+-"}
    function = Function("zeros", {"x": x}, outputs)
    (got,) = stepped(Way().compile(function), function, {"x": drawn((9,), "float32")}, 1)
    assert got["+"].tolist() == [np.inf] * 9
    assert got["-"].tolist() == [-np.inf] * 9
