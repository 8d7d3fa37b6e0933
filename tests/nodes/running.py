"""Runs one node on its own: random values for its inputs and tensors, and the engine's backend."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, reduce
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wiregrad.engine import ops
from wiregrad.engine.autodiff import gradients
from wiregrad.engine.backends import Executable, get_backend
from wiregrad.engine.ir import Function, Value, is_float
from wiregrad.nodes import MetricNode, Node, OptimizerNode, ValueType, catalogue
from wiregrad.nodes._isolation import InputTypes, Isolated, isolate

Array = NDArray[Any]
FloatDType = Literal["float32", "float64"]


@dataclass(frozen=True)
class Case:
    """A node with the types of its inputs: one of its kind's examples, or what Hypothesis thought of."""

    node: Node = field(hash=False)
    types: InputTypes
    name: str = ""

    def __str__(self) -> str:
        return self.name or f"{self.node!r} with {', '.join(map(str, self.types))}"


def results(case: Case, alone: Isolated) -> dict[str, Value]:
    """What the node computes, by name: outputs, or what its role makes of its inputs."""
    if isinstance(case.node, OptimizerNode):
        return {"objective": case.node.objective(alone.build, *alone.inputs)}
    if isinstance(case.node, MetricNode):
        return {"measured": case.node.measure(alone.build, *alone.inputs)}
    return {port.name: value for port, value in zip(case.node.outputs(), alone.outputs, strict=True)}


def draw(alone: Isolated, seed: int = 0, *, positive: bool = False) -> dict[str, Array]:
    """A value for each placeholder: floats away from zero, class numbers 0 to 2, variances above zero."""
    generator = np.random.default_rng(seed)
    return {
        name: _draw(generator, value, positive or name == "running_var")
        for name, value in alone.placeholders.items()
    }


def _draw(generator: np.random.Generator, value: Value, positive: bool) -> Array:
    if value.dtype == "bool":
        return generator.integers(0, 2, value.shape).astype(bool)
    if not is_float(value.dtype):
        return np.asarray(generator.integers(int(positive), 3, value.shape), value.dtype)
    numbers = generator.uniform(0.2, 1.5, value.shape)
    signs = 1 if positive else generator.choice([-1, 1], value.shape)
    return np.asarray(numbers * signs, value.dtype)


def prepare(
    case: Case,
    *,
    batch_size: int = 3,
    float_dtype: FloatDType = "float64",
    training: bool = True,
    seed: int = 0,
) -> tuple[Isolated, dict[str, Value], dict[str, Array]]:
    """The node built on its own, its results, and a feed with which no result is NaN."""
    make = _prepared if case.name else _prepared.__wrapped__
    alone, values, feed = make(case, batch_size, float_dtype, training, seed)
    return alone, values, {name: array.copy() for name, array in feed.items()}


@cache
def _prepared(  # once for each example, which several tests try
    case: Case, batch_size: int, float_dtype: FloatDType, training: bool, seed: int
) -> tuple[Isolated, dict[str, Value], dict[str, Array]]:
    alone = isolate(
        case.node, case.types, batch_size=batch_size, float_dtype=float_dtype, training=training
    )  # fmt: skip
    values = results(case, alone)
    feed = next(filter(_is_inside_domain(alone, values), _feeds(alone, seed)), draw(alone, seed))
    return alone, values, feed


def _feeds(alone: Isolated, seed: int) -> Iterator[dict[str, Array]]:
    """From numbers for any function to those for the few that want them positive, or within 1."""
    yield draw(alone, seed)
    positive = draw(alone, seed, positive=True)
    yield positive
    yield {name: array / 2 if array.dtype.kind == "f" else array for name, array in positive.items()}


def _is_inside_domain(alone: Isolated, values: Mapping[str, Value]) -> Callable[[Mapping[str, Array]], bool]:
    run = compiled(alone, values)
    return lambda feed: all(np.isfinite(array).all() for array in run(feed).values())


def compiled(
    alone: Isolated, values: Mapping[str, Value]
) -> Callable[[Mapping[str, Array]], dict[str, Array]]:
    executable = _executable(tuple(alone.placeholders.items()), tuple(values.items()))

    def run(feed: Mapping[str, Array]) -> dict[str, Array]:
        return {name: np.array(array) for name, array in executable.run(feed).items()}

    return run


@lru_cache(maxsize=16)
def _executable(inputs: tuple[tuple[str, Value], ...], outputs: tuple[tuple[str, Value], ...]) -> Executable:
    return get_backend().compile(Function("node", dict(inputs), dict(outputs)))


def float_placeholders(alone: Isolated) -> dict[str, Value]:
    return {name: value for name, value in alone.placeholders.items() if is_float(value.dtype)}


def backward(
    alone: Isolated, value: Value, cotangent: Array
) -> Callable[[Mapping[str, Array]], dict[str, Array]]:
    """The product of a cotangent with the Jacobian, for each float placeholder that a gradient reaches."""
    seed = ops.constant(cotangent, value.dtype)
    return _gradients_of(alone, value, ops.reshape(seed, value.shape))


def backward_of_all(
    alone: Isolated, pairs: Sequence[tuple[Value, Array]]
) -> Callable[[Mapping[str, Array]], dict[str, Array]]:
    """The same for several values, each with its cotangent: the sum of the products."""
    if len(pairs) == 1:
        return backward(alone, *pairs[0])
    products = [ops.mul(value, ops.constant(cotangent, value.dtype)) for value, cotangent in pairs]
    sums = [ops.reduce_sum(product, range(product.rank)) for product in products]
    return _gradients_of(alone, reduce(ops.add, sums))


def _gradients_of(
    alone: Isolated, value: Value, cotangent: Value | None = None
) -> Callable[[Mapping[str, Array]], dict[str, Array]]:
    sources = float_placeholders(alone)
    found = gradients(value, list(sources.values()), cotangent)
    reached = {name: g for name, g in zip(sources, found, strict=True) if g is not None}
    return compiled(alone, reached)


@cache
def example_cases() -> tuple[Case, ...]:
    return tuple(
        Case(kind.model_validate(example.settings), example.inputs, f"{name}-{index}")
        for name, kind in catalogue().items()
        for index, example in enumerate(kind.examples)
    )


@cache
def example_modes() -> tuple[tuple[Case, bool], ...]:
    """Every example while training, and while evaluating too if that is another program."""
    return tuple(
        (case, training)
        for case in example_cases()
        for training in (True, False)
        if training or _program(case, training=True) != _program(case, training=False)
    )


def mode_name(parameter: object) -> str:
    return str(parameter) if isinstance(parameter, Case) else "training" if parameter else "evaluating"


def _program(case: Case, *, training: bool) -> str:
    alone = isolate(case.node, case.types, training=training)
    updates = {f"update of {name}": value for name, value in alone.build.updates.items()}
    return str(Function("node", alone.placeholders, {**results(case, alone), **updates}))


def typed(value: ValueType, batch_size: int, float_dtype: FloatDType) -> tuple[str, tuple[int, ...]]:
    tensor = value.tensor(batch_size, float_dtype)
    return tensor.dtype, tensor.shape
