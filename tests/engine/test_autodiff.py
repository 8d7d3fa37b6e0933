from __future__ import annotations

import numpy as np
import pytest

from wiregrad.engine import ops
from wiregrad.engine.autodiff import GradientBlock, carries_gradient, gradients
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import IRError, Value


def _scalar(name: str = "x") -> Value:
    return ops.input(name, "float64", ())


def test_rosenbrock_gradients_at_two_two() -> None:
    x1, x2 = _scalar("x1"), _scalar("x2")
    one = ops.full(1, "float64")
    y = ops.add(ops.square(ops.sub(x2, ops.square(x1))), ops.square(ops.sub(one, x1)))
    found = [g for g in gradients(y, [x1, x2]) if g is not None]
    assert [float(array) for array in evaluate(found, {"x1": 2.0, "x2": 2.0})] == [18.0, -4.0]


def test_gradients_of_intermediate_values_include_paths_through_later_ones() -> None:
    x = _scalar()
    a = ops.sin(x)
    b = ops.mul(a, a)
    found = gradients(ops.add(a, b), [a, b, x])
    at = 0.7
    expected = [1 + 2 * np.sin(at), 1.0, (1 + 2 * np.sin(at)) * np.cos(at)]
    actual = [float(evaluate([g], {"x": at})[0]) for g in found if g is not None]
    np.testing.assert_allclose(actual, expected)


def test_no_path_gives_none_and_a_seed_gives_a_vector_product() -> None:
    x, z = ops.input("x", "float64", (3,)), _scalar("z")
    seed = ops.constant([1.0, 10.0, 100.0], "float64")
    found = gradients(ops.mul(x, x), [x, z], seed)
    assert found[1] is None
    assert found[0] is not None
    np.testing.assert_array_equal(evaluate([found[0]], {"x": np.ones(3)})[0], [2.0, 20.0, 200.0])


def test_a_vector_needs_a_seed() -> None:
    with pytest.raises(IRError, match=r"expected a float scalar.*got float64\[3\]"):
        gradients(ops.input("x", "float64", (3,)), [])


def test_ten_thousand_deep_programs_differentiate() -> None:
    x = value = _scalar()
    for _ in range(10_000):
        value = ops.add(value, x)
    (gradient,) = gradients(value, [x])
    assert gradient is not None
    assert evaluate([gradient], {"x": 0.0})[0] == 10_001


def test_extrema_share_ties_as_pytorch_does() -> None:
    a, b = _scalar("a"), _scalar("b")
    found = [g for g in gradients(ops.maximum(a, b), [a, b]) if g is not None]
    assert evaluate(found, {"a": 1.0, "b": 1.0}) == [0.5, 0.5]
    x = ops.input("x", "float64", (4,))
    (gradient,) = gradients(ops.reduce_max(x, [0]), [x])
    assert gradient is not None
    np.testing.assert_array_equal(evaluate([gradient], {"x": np.array([1.0, 3, 3, 2])})[0], [0, 0.5, 0.5, 0])


@pytest.mark.parametrize("function", [ops.relu, ops.abs])
def test_kinks_give_zero_as_in_pytorch(function: type[object]) -> None:
    x = _scalar()
    (gradient,) = gradients(function(x), [x])  # type: ignore[arg-type, call-arg]
    assert gradient is not None
    assert evaluate([gradient], {"x": 0.0})[0] == 0.0


@pytest.mark.parametrize(
    ("build", "block"),
    [
        (
            lambda x: ops.cast(ops.gt(x, ops.full_like(0, x)), "float64"),
            ("gt", "booleans do not carry gradients"),
        ),
        (lambda x: ops.cast(ops.cast(x, "int64"), "float64"), ("cast", "integers do not carry gradients")),
        (
            lambda x: ops.add(ops.floor(x), ops.full_like(1, x)),
            ("floor", "its derivative is zero everywhere"),
        ),
        (ops.stop_gradient, ("stop_gradient", "gradients are stopped on purpose")),
    ],
)
def test_a_block_names_the_primitive_and_the_reason(build: type[Value], block: tuple[str, str]) -> None:
    x = _scalar()
    ((carries, found),) = carries_gradient([build(ops.sin(x))], [x])  # type: ignore[call-arg, arg-type]
    assert not carries
    assert found == GradientBlock(*block)


def test_unconnected_outputs_have_no_block_and_connected_ones_carry() -> None:
    x, z = _scalar("x"), _scalar("z")
    either = ops.add(ops.floor(x), x)
    assert carries_gradient([ops.sin(z), either, x], [x]) == [(False, None), (True, None), (True, None)]
