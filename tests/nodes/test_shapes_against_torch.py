"""Kinds that move numbers, cut them, repeat them or change their type, against PyTorch."""

# ruff: noqa: ANN401 - settings of any type, and PyTorch, whose types are unknown here

from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.nodes.comparison import check, node_of
from tests.requirements import require_torch
from wiregrad.nodes import ValueType

EXACT = 1e-14
small = st.integers(1, 4)
shapes = st.lists(small, max_size=3).map(tuple)
dtypes = st.sampled_from(["float32", "float32", "int64", "bool"])
many = settings(max_examples=60, deadline=None)
some = settings(max_examples=30, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _torch() -> Any:
    return require_torch()


@many
@given(shape=shapes, dtype=dtypes, batched=st.booleans(), reverse=st.booleans(), data=st.data())
def test_transposed(
    shape: tuple[int, ...], dtype: Any, batched: bool, reverse: bool, data: st.DataObject
) -> None:
    order = data.draw(st.permutations(range(len(shape))))
    signed = [axis - len(shape) * data.draw(st.booleans()) for axis in order]
    node = node_of("Transpose", {"axes": [] if reverse else signed})
    check(node, ValueType(dtype, shape, batched), tolerance=EXACT)


@st.composite
def cut(draw: st.DrawFn) -> tuple[dict[str, Any], tuple[int, ...]]:
    """Settings that cut an axis into equal parts or into given lengths, and a shape they suit."""
    lengths = draw(st.lists(small, min_size=1, max_size=4))
    equal = draw(st.booleans())
    before, after = draw(st.tuples(shapes, shapes))
    axis = len(before[:1]) - draw(st.booleans()) * (len(before[:1]) + 1 + len(after[:1]))
    whole = lengths[0] * len(lengths) if equal else sum(lengths)
    chosen = {"count": len(lengths)} if equal else {"lengths": lengths}
    return {"axis": axis, **chosen}, (*before[:1], whole, *after[:1])


@many
@given(cut=cut(), dtype=dtypes, batched=st.booleans())
def test_split(cut: tuple[dict[str, Any], tuple[int, ...]], dtype: Any, batched: bool) -> None:
    check(node_of("Split", cut[0]), ValueType(dtype, cut[1], batched), tolerance=EXACT)


@many
@given(
    shape=st.lists(st.integers(1, 7), min_size=1, max_size=3).map(tuple),
    dtype=dtypes,
    axis=st.integers(-3, 2),
    start=st.integers(-9, 9),
    stop=st.none() | st.integers(-9, 9),
    step=st.integers(1, 4),
    batched=st.booleans(),
)
def test_sliced(shape: tuple[int, ...], dtype: Any, batched: bool, **rest: Any) -> None:
    axis = rest["axis"]
    if -len(shape) <= axis < len(shape):
        is_empty = not range(shape[axis])[rest["start"] : rest["stop"] : rest["step"]]
        if is_empty:
            reject()
    check(node_of("Slice", rest), ValueType(dtype, shape, batched), tolerance=EXACT)


widths = st.lists(st.integers(0, 3), max_size=3)


@many
@given(
    shape=shapes,
    dtype=dtypes,
    before=widths,
    after=widths,
    value=st.sampled_from([0.0, 1.0, -2.0, 0.5]),
    batched=st.booleans(),
)
def test_padded_with_a_number(shape: tuple[int, ...], dtype: Any, batched: bool, **rest: Any) -> None:
    check(node_of("Pad", rest), ValueType(dtype, shape, batched), tolerance=EXACT)


@st.composite
def bordered(draw: st.DrawFn) -> tuple[dict[str, Any], tuple[int, ...]]:
    """A border that a shape has enough numbers for."""
    mode = draw(st.sampled_from(["reflect", "replicate", "circular"]))
    shape = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4).map(tuple))
    count = draw(st.integers(1, min(3, len(shape))))
    most = {"reflect": -1, "circular": 0, "replicate": 3}[mode]
    sides = [
        [draw(st.integers(0, length + most)) for length in shape[len(shape) - count :]] for _ in range(2)
    ]
    if draw(st.booleans()):
        sides[1] = sides[1][1:]
    return {"mode": mode, "before": sides[0], "after": sides[1]}, shape


@many
@given(bordered=bordered(), batched=st.booleans())
def test_padded_with_what_is_there(bordered: tuple[dict[str, Any], tuple[int, ...]], batched: bool) -> None:
    check(node_of("Pad", bordered[0]), ValueType("float32", bordered[1], batched), tolerance=EXACT)


@st.composite
def expanded(draw: st.DrawFn) -> tuple[list[int], tuple[int, ...]]:
    """A wanted shape, and one without some of its front axes, with some of the others cut to 1."""
    wanted = draw(st.lists(small, max_size=4))
    missing = draw(st.integers(0, len(wanted)))
    old = [draw(st.sampled_from([1, length])) for length in wanted[missing:]]
    kept = [draw(st.sampled_from([-1, length])) for length in wanted[missing:]]
    return [*wanted[:missing], *kept], tuple(old)


@many
@given(expanded=expanded(), dtype=dtypes, batched=st.booleans())
def test_expanded(expanded: tuple[list[int], tuple[int, ...]], dtype: Any, batched: bool) -> None:
    check(node_of("Expand", {"shape": expanded[0]}), ValueType(dtype, expanded[1], batched), tolerance=EXACT)


@some
@given(shape=shapes, dtype=dtypes, to=st.sampled_from(["float32", "int64", "bool"]), batched=st.booleans())
def test_cast(shape: tuple[int, ...], dtype: Any, to: str, batched: bool) -> None:
    check(node_of("Cast", {"dtype": to}), ValueType(dtype, shape, batched), tolerance=EXACT)


@pytest.mark.parametrize("to", ["int64", "bool"])
def test_fractions_are_cut_off_toward_zero(to: str) -> None:
    numbers = np.array([-2.9, -1.0, -0.4, -0.0, 0.0, 0.6, 1.5, 2**40 + 0.5])
    node, value = node_of("Cast", {"dtype": to}), ValueType("float32", numbers.shape)
    check(node, value, tolerance=EXACT, changed={"input input": numbers})


@some
@given(shape=shapes, axis=st.integers(-4, 3), classes=st.integers(3, 6), batched=st.booleans())
def test_one_hot(shape: tuple[int, ...], batched: bool, **rest: Any) -> None:
    check(node_of("OneHot", rest), ValueType("int64", shape, batched), tolerance=EXACT)


@many
@given(
    around=st.tuples(shapes, shapes),
    parts=st.lists(st.tuples(small, dtypes, st.booleans()), min_size=1, max_size=4),
    from_end=st.booleans(),
)
def test_concatenated(
    around: tuple[tuple[int, ...], tuple[int, ...]], parts: list[tuple[int, Any, bool]], from_end: bool
) -> None:
    before, after = around
    axis = len(before) - from_end * (len(before) + 1 + len(after))
    types = [ValueType(dtype, (*before, length, *after), batched) for length, dtype, batched in parts]
    check(node_of("Concat", {"axis": axis, "count": len(parts)}), *types, tolerance=EXACT)
