"""Every primitive has an example; its kernel keeps its type rule, its gradient meets finite differences."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import numpy as np
import pytest

from tests.engine.examples import EXAMPLES, Array, Example
from wiregrad.engine import ops
from wiregrad.engine.autodiff import gradients
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Value, is_float, topological
from wiregrad.engine.ops import constant, mul, reduce_sum
from wiregrad.engine.primitive import REGISTRY, Binary, Elementwise, NoGradient, Unary

EPSILON = 1e-6


def test_every_primitive_has_an_example() -> None:
    assert set(REGISTRY) == {example.primitive for example in EXAMPLES}


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_an_example_applies_its_primitive(example: Example) -> None:
    value = example.build(*example.inputs())
    assert example.primitive in {used.primitive.name for used in topological([value])}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_kernels_fill_what_type_rules_promise(example: Example, dtype: str) -> None:
    value = example.build(*example.inputs(dtype))
    for used in topological([value]):
        if used.primitive.name != "input":
            (array,) = evaluate([used], example.fed(dtype))
            assert (array.dtype.name, array.shape) == (used.dtype, used.shape)


def _weighted_sum(value: Value) -> Value:
    weights = np.random.default_rng(0).uniform(0.5, 1.5, value.shape)
    return reduce_sum(mul(value, constant(weights, value.dtype)), range(value.rank))


def _central_differences(scalar: Value, feed: dict[str, Array], name: str) -> Array:
    result = np.empty_like(feed[name])
    for index in np.ndindex(feed[name].shape):
        sides = []
        for sign in (1, -1):
            moved = {**feed, name: feed[name].copy()}
            moved[name][index] += sign * EPSILON
            sides.append(evaluate([scalar], moved)[0])
        result[index] = (sides[0] - sides[1]) / (2 * EPSILON)
    return result


def _assert_gradients_match(scalar: Value, inputs: list[Value], feed: dict[str, Array]) -> list[Value]:
    floats = [value for value in inputs if is_float(value.dtype)]
    found = gradients(scalar, floats)
    assert any(g is not None for g in found)
    for value, gradient in zip(floats, found, strict=True):
        expected = _central_differences(scalar, feed, str(value.attributes["name"]))
        actual = np.zeros(value.shape) if gradient is None else evaluate([gradient], feed)[0]
        np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-7)
    return [g for g in found if g is not None]


DIFFERENTIABLE = [
    example
    for example in EXAMPLES
    if not isinstance(REGISTRY[example.primitive].gradient, NoGradient)
    and is_float(example.build(*example.inputs()).dtype)
    and example.primitive not in ("cast", "round_bfloat16")  # float32 inside: tested exactly, below
]


@pytest.mark.parametrize("example", DIFFERENTIABLE, ids=str)
def test_first_and_second_gradients_agree_with_finite_differences(example: Example) -> None:
    inputs, feed = example.inputs(), example.fed()
    first = _assert_gradients_match(_weighted_sum(example.build(*inputs)), inputs, feed)
    floats = [value for value in inputs if is_float(value.dtype)]
    for gradient in first:
        scalar = _weighted_sum(mul(gradient, gradient))
        if any(g is not None for g in gradients(scalar, floats)):
            _assert_gradients_match(scalar, inputs, feed)


@pytest.mark.parametrize("name", ["cast", "round_bfloat16"])
def test_what_rounds_passes_gradients(name: str) -> None:
    example = next(e for e in EXAMPLES if str(e) == name)
    (x,) = example.inputs()
    (gradient,) = gradients(reduce_sum(example.build(x), (0, 1)), [x])
    assert gradient is not None
    np.testing.assert_array_equal(evaluate([gradient], example.fed())[0], np.ones(x.shape))


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_primitives_without_gradient_say_why(example: Example) -> None:
    rule = REGISTRY[example.primitive].gradient
    if isinstance(rule, NoGradient):
        assert rule.reason
        value = example.build(*example.inputs())
        assert all(value.primitive.gradient_block(value, i) is rule for i in range(len(value.inputs)))


ELEMENTWISE = [e for e in EXAMPLES if isinstance(REGISTRY[e.primitive], Elementwise)]


@pytest.mark.parametrize("example", ELEMENTWISE, ids=str)
def test_elementwise_kernels_may_overwrite_the_operands_that_they_say(example: Example) -> None:
    value = example.build(*example.inputs())
    primitive, operands = value.primitive, [a.copy() for a in example.fed().values()]
    assert isinstance(primitive, Elementwise)
    for place in primitive.in_place:
        if operands[place].dtype == value.dtype and len(operands) == len(value.inputs):
            expected = evaluate([value], example.fed())[0]
            overwritten = [array.copy() for array in operands]
            primitive.kernel(np, overwritten[place], *overwritten, **value.attributes)
            np.testing.assert_array_equal(overwritten[place], expected)


def test_everything_that_makes_values_is_exported_by_ops() -> None:
    for module in pkgutil.iter_modules(ops.__path__):
        namespace = vars(importlib.import_module(f"{ops.__name__}.{module.name}"))
        for name, thing in namespace.items():
            makes_values = isinstance(thing, Unary | Binary) or (
                inspect.isfunction(thing) and thing.__annotations__.get("return") == "Value"
            )
            if makes_values and not name.startswith("_"):
                assert getattr(ops, name) is thing, name
                assert name in ops.__all__
