"""Arithmetic, functions of one number, reductions and logic against PyTorch, over any legal settings."""

# ruff: noqa: ANN401 - settings of any type

from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.nodes.comparison import check, node_of
from tests.nodes.running import Case, backward, compiled, prepare
from tests.requirements import require_torch
from wiregrad.nodes import ValueType
from wiregrad.nodes.function import FunctionName

CLOSE = 1e-10
small = st.integers(1, 4)
shapes = st.lists(small, max_size=3).map(tuple)
many = settings(max_examples=60, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _torch() -> Any:
    return require_torch()


@st.composite
def broadcastable(draw: st.DrawFn, count: int) -> list[ValueType]:
    """Types whose shapes fit: of a common shape, axes are left out at the front or cut to 1."""
    common = draw(shapes)

    def part() -> ValueType:
        kept = common[draw(st.integers(0, len(common))) :]
        shape = tuple(draw(st.sampled_from([length, 1])) for length in kept)
        return ValueType(draw(st.sampled_from(["float32", "float32", "int64"])), shape, draw(st.booleans()))

    return [part() for _ in range(count)]


@many
@given(kind=st.sampled_from(["Pow", "Minimum", "Maximum"]), types=broadcastable(2))
def test_two_operands(kind: str, types: list[ValueType]) -> None:
    check(node_of(kind, {}), *types, tolerance=CLOSE)


@many
@given(count=st.integers(2, 16), data=st.data())
def test_sums_of_many(count: int, data: st.DataObject) -> None:
    check(node_of("Add", {"count": count}), *data.draw(broadcastable(count)), tolerance=CLOSE)


@many
@given(types=broadcastable(3), booleans=st.booleans())
def test_where(types: list[ValueType], booleans: bool) -> None:
    condition, *choices = types
    if booleans:
        choices = [choice.with_dtype("bool") for choice in choices]
    check(node_of("Where", {}), condition.with_dtype("bool"), *choices, tolerance=CLOSE)


DOMAINS: dict[str, tuple[float, float]] = {
    **dict.fromkeys(("sqrt", "rsqrt", "log", "log2", "log10"), (1e-3, 1e3)),
    "log1p": (-0.99, 1e3),
    **dict.fromkeys(("asin", "acos"), (-0.99, 0.99)),
    "tan": (-1.5, 1.5),
    "reciprocal": (1e-3, 1e3),
    **dict.fromkeys(("exp", "expm1", "sinh", "cosh"), (-50, 50)),
}


@settings(max_examples=150, deadline=None)
@given(function=st.sampled_from(get_args(FunctionName)), data=st.data(), batched=st.booleans())
def test_functions(function: str, data: st.DataObject, batched: bool) -> None:
    low, high = DOMAINS.get(function, (-100, 100))
    numbers = st.floats(low, high, allow_subnormal=False)
    x = np.array(data.draw(st.lists(numbers, min_size=6, max_size=6))).reshape(3, 2)
    value = ValueType("float32", (2,) if batched else (3, 2), batched)
    check(node_of("Function", {"function": function}), value, tolerance=CLOSE, changed={"input input": x})


@pytest.mark.parametrize("function", sorted(DOMAINS))
def test_outside_of_its_domain_a_function_is_what_pytorch_says(function: str) -> None:
    x = np.array([-np.inf, -2.0, -1.0, -0.0, 0.0, 1.0, 800.0, np.inf, np.nan])
    case = Case(node_of("Function", {"function": function}), (ValueType("float32", (9,)),))
    alone, values, feed = prepare(case)
    found = compiled(alone, values)({**feed, "input input": x})["output"]
    expected = getattr(require_torch(), function)(require_torch().tensor(x)).numpy()
    near = np.abs(x) < 3 if function == "tan" else np.ones(9, bool)
    np.testing.assert_allclose(found[near], expected[near], rtol=1e-9)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(["Max", "Min", "Norm"]),
    shape=shapes,
    dtype=st.sampled_from(["float32", "float32", "int64"]),
    batched=st.booleans(),
    p=st.sampled_from([0.5, 1, 1.5, 2, 3, 7.25, "inf"]),
    axes=st.lists(st.integers(-3, 2), max_size=2),
    keep_axes=st.booleans(),
    over_batch=st.booleans(),
)
def test_reductions(
    kind: str, shape: tuple[int, ...], dtype: Any, batched: bool, p: Any, **rest: Any
) -> None:
    node = node_of(kind, {**rest, "p": p} if kind == "Norm" else rest)
    check(node, ValueType(dtype, shape, batched), tolerance=CLOSE if dtype == "float32" else 1e-6)


@many
@given(
    shape=shapes,
    dtype=st.sampled_from(["float32", "int64"]),
    batched=st.booleans(),
    axis=st.integers(-3, 2),
    keep_axis=st.booleans(),
)
def test_arg_max(shape: tuple[int, ...], dtype: Any, batched: bool, **rest: Any) -> None:
    check(node_of("ArgMax", rest), ValueType(dtype, shape, batched))


@pytest.mark.parametrize("p", [0.5, 1, 2, 3, "inf"])
@pytest.mark.parametrize(
    "numbers", [[0, 0, 0], [3, 0, -4], [3e30, 4e30, 0], [3e-30, 4e-30, 0], [1e4, 1e4, 1e4]]
)
def test_norms_neither_overflow_nor_vanish(p: Any, numbers: list[float]) -> None:
    """In float32 what PyTorch says in float64, the gradient of zeros and of ties included."""
    case = Case(node_of("Norm", {"p": p}), (ValueType("float32", (3,)),))
    alone, values, feed = prepare(case, float_dtype="float32")
    feed["input input"] = np.array(numbers, np.float32)
    leaf = require_torch().tensor(numbers, dtype=require_torch().float64, requires_grad=True)
    norm = require_torch().linalg.vector_norm(leaf, ord=np.inf if p == "inf" else p)
    norm.backward()
    found = backward(alone, values["output"], np.ones((), np.float32))(feed)["input input"]
    np.testing.assert_allclose(compiled(alone, values)(feed)["output"], norm.item(), rtol=1e-5)
    np.testing.assert_allclose(found, leaf.grad.numpy(), rtol=1e-4)


@pytest.mark.parametrize("kind", ["Max", "Min"])
def test_equal_extrema_share_the_gradient(kind: str) -> None:
    x = np.array([[1.0, 5.0, 5.0], [1.0, 1.0, 7.0], [2.0, 2.0, 2.0]])
    check(node_of(kind, {}), ValueType("float32", (3,), True), tolerance=CLOSE, changed={"input input": x})


@pytest.mark.parametrize("kind", ["Minimum", "Maximum"])
def test_operands_that_are_equal_share_the_gradient(kind: str) -> None:
    value = ValueType("float32", (3,), True)
    same = {f"input {port}": np.full((3, 3), 2.5) for port in "ab"}
    check(node_of(kind, {}), value, value, tolerance=CLOSE, changed=same)


def test_what_where_does_not_take_may_be_infinite() -> None:
    """The gradient of the other choice stays finite: there is no infinity times zero."""
    vector = ValueType("float32", (3,))
    case = Case(node_of("Where", {}), (vector.with_dtype("bool"), vector, vector))
    alone, values, feed = prepare(case)
    feed["input condition"] = np.array([True, False, True])
    feed["input a"] = np.array([1.0, np.inf, 3.0])
    feed["input b"] = np.array([np.nan, 2.0, -np.inf])
    assert compiled(alone, values)(feed)["output"].tolist() == [1, 2, 3]
    found = backward(alone, values["output"], np.ones(3))(feed)
    assert found["input a"].tolist() == [1, 0, 1]
    assert found["input b"].tolist() == [0, 1, 0]


def test_powers_where_derivatives_are_infinite_or_undefined() -> None:
    a, b = np.array([0.0, 0.0, 0.0, 2.0, -2.0]), np.array([0.0, 1.0, 2.0, -1.0, 3.0])
    value = ValueType("float32", (5,))
    node = node_of("Pow", {})
    alone, values, feed = prepare(Case(node, (value, value)))
    feed |= {"input a": a, "input b": b}
    leaves = [require_torch().tensor(x, requires_grad=True) for x in (a, b)]
    require_torch().pow(*leaves).sum().backward()
    found = backward(alone, values["output"], np.ones(5))(feed)
    np.testing.assert_allclose(found["input a"], leaves[0].grad.numpy())
    np.testing.assert_allclose(found["input b"], leaves[1].grad.numpy())
