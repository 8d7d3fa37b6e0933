"""Random IR programs for Hypothesis: typed by construction, with carries, views, shared subexpressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from hypothesis import strategies as st

from tests.engine.examples import Array
from wiregrad.engine import ops
from wiregrad.engine.ir import Function, Shape, Value

Draw = Callable[[st.SearchStrategy[int]], int]
SHAPES: list[Shape] = [(), (4,), (3, 4), (4, 4), (2, 3, 4), (1, 4)]
UNARY: list[Callable[[Value], Value]] = [
    ops.neg,
    ops.tanh,
    ops.sin,
    ops.relu,
    ops.sigmoid,
    ops.square,
    ops.abs,
    ops.floor,
    ops.stop_gradient,
]
BINARY: list[Callable[[Value, Value], Value]] = [ops.add, ops.sub, ops.mul, ops.minimum, ops.maximum]


def _below(draw: Draw, bound: int) -> int:
    return draw(st.integers(0, bound - 1))


def _pick(draw: Draw, values: list[Value]) -> Value:
    return values[_below(draw, len(values))]


def _elementwise(draw: Draw, pool: list[Value]) -> Value:
    a = _pick(draw, pool)
    alike = [value for value in pool if value.type == a.type]
    b, c = _pick(draw, alike), _pick(draw, alike)
    choice = _below(draw, 4)
    if choice == 0:
        return UNARY[_below(draw, len(UNARY))](a)
    if choice == 1:
        return ops.select(ops.gt(a, b), b, c)
    if choice == 2:
        return ops.mul(a, ops.full_like([0, 1, -1, 0.5][_below(draw, 4)], a))
    return BINARY[_below(draw, len(BINARY))](a, b)


def _movement(draw: Draw, pool: list[Value]) -> Value:
    x = _pick(draw, pool)
    choice = _below(draw, 6)
    if choice == 0:
        return ops.reshape(x, (x.size,))
    if choice == 1:
        return ops.transpose(x, list(reversed(range(x.rank))))
    if choice == 2 and x.rank:
        return ops.slice(x, [0] * x.rank, [max(1, n - 1) for n in x.shape])
    if choice == 3:
        return ops.broadcast_to(x, (2, *x.shape) if x.rank < 3 else x.shape)
    if choice == 4 and x.rank:
        return ops.pad(x, [1] + [0] * (x.rank - 1), [0] * x.rank, 0.5)
    alike = [value for value in pool if value.type == x.type and value.rank]
    return ops.concat([_pick(draw, alike), _pick(draw, alike)], 0) if alike else x


def _contraction(draw: Draw, pool: list[Value]) -> Value:
    x = _pick(draw, pool)
    choice = _below(draw, 3)
    if choice == 0 and x.rank == 2:
        return ops.matmul(x, ops.transpose(x, (1, 0)))
    if x.rank:
        axes = [_below(draw, x.rank)]
        return ops.reduce_sum(x, axes) if choice == 1 else ops.reduce_max(x, axes)
    return x


@st.composite
def programs(
    draw: Callable[..., int], shapes: Sequence[Shape] = SHAPES, most_elements: int = 64
) -> tuple[Function, dict[str, Array]]:
    """A function and arrays for all its inputs, the carried ones too."""
    chosen = [shapes[_below(draw, len(shapes))] for _ in range(1 + _below(draw, 3))]
    inputs = {f"x{i}": ops.input(f"x{i}", "float64", shape) for i, shape in enumerate(chosen)}
    pool: list[Value] = list(inputs.values())
    for _ in range(3 + _below(draw, 25)):
        make = (_elementwise, _elementwise, _elementwise, _movement, _contraction)[_below(draw, 5)]
        value = make(draw, pool)
        if value.size <= most_elements:
            pool.append(value)
    outputs = {f"y{i}": _pick(draw, pool) for i in range(1 + _below(draw, 4))}
    carries = {}
    for name, target in inputs.items():
        alike = [value for value in pool if value.type == target.type]
        if _below(draw, 2):
            outputs[f"next {name}"] = _pick(draw, alike)
            carries[f"next {name}"] = name
    numbers = np.random.default_rng(_below(draw, 1000))
    feed = {name: numbers.uniform(-1, 1, value.shape) for name, value in inputs.items()}
    return Function("random", inputs, outputs, carries), feed
