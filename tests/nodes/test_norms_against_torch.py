"""Normalizations against PyTorch: any settings, and what is easily divided by zero or overflows."""

# ruff: noqa: ANN401 - settings of any type, and PyTorch, whose types are unknown here

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.nodes.comparison import check, node_of
from tests.nodes.pytorch import twin
from tests.nodes.running import Array, Case, compiled, prepare
from tests.requirements import require_torch
from wiregrad.nodes import ValueType

CLOSE = 1e-10
small = st.integers(1, 4)
epsilons = st.sampled_from([1e-5, 1e-3, 0.1, 1.0])
many = settings(max_examples=40, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _torch() -> Any:
    return require_torch()


@many
@given(
    kind=st.sampled_from(["LayerNorm", "RMSNorm"]),
    shape=st.lists(small, min_size=1, max_size=4).map(tuple),
    axes=st.integers(1, 4),
    epsilon=epsilons,
    affine=st.booleans(),
    shift=st.booleans(),
    batched=st.booleans(),
)
def test_over_the_last_axes(
    kind: str, shape: tuple[int, ...], axes: int, shift: bool, batched: bool, **rest: Any
) -> None:
    chosen = {"axes": min(axes, len(shape)), **rest, **({"shift": shift} if kind == "LayerNorm" else {})}
    check(node_of(kind, chosen), ValueType("float32", shape, batched), tolerance=CLOSE)


@many
@given(
    groups=st.integers(1, 3),
    per_group=st.integers(1, 3),
    places=st.lists(small, max_size=3).map(tuple),
    epsilon=epsilons,
    affine=st.booleans(),
    batched=st.booleans(),
)
def test_in_groups(groups: int, per_group: int, places: tuple[int, ...], batched: bool, **rest: Any) -> None:
    node = node_of("GroupNorm", {"groups": groups, **rest})
    check(node, ValueType("float32", (groups * per_group, *places), batched), tolerance=CLOSE)


@many
@given(
    channels=small,
    places=st.lists(small, min_size=1, max_size=3).map(tuple),
    epsilon=epsilons,
    momentum=st.floats(0, 1),
    affine=st.booleans(),
    use_running_statistics=st.sampled_from(["never", "evaluating", "always"]),
    batched=st.booleans(),
    training=st.booleans(),
)
def test_of_each_channel(
    channels: int, places: tuple[int, ...], batched: bool, training: bool, **rest: Any
) -> None:
    value = ValueType("float32", (channels, *places), batched)
    check(node_of("InstanceNorm", rest), value, tolerance=CLOSE, training=training)


@many
@given(
    channels=small,
    places=st.lists(small, min_size=1, max_size=2).map(tuple),
    momentum=st.floats(0, 1),
    batch=st.sampled_from([None, 1, 2, 5]),
)
def test_running_statistics_of_samples_follow_as_in_pytorch(
    channels: int, places: tuple[int, ...], momentum: float, batch: int | None
) -> None:
    if int(np.prod(places)) == 1:
        places = (*places[:-1], 2)
    node = node_of("InstanceNorm", {"use_running_statistics": "evaluating", "momentum": momentum})
    case = Case(node, (ValueType("float32", (channels, *places), batch is not None),))
    alone, _, feed = prepare(case, batch_size=batch or 1)
    expected = twin(case, feed).module
    followed = compiled(alone, alone.build.updates)(feed)
    for name, array in followed.items():
        wanted = getattr(expected, name).numpy()
        np.testing.assert_allclose(array, wanted, rtol=CLOSE, atol=CLOSE, err_msg=name)
    assert followed.keys() == {"running_mean", "running_var"}


@many
@given(
    channels=small,
    places=st.lists(small, max_size=3).map(tuple),
    epsilon=epsilons,
    momentum=st.floats(0, 1),
    affine=st.booleans(),
    use_running_statistics=st.sampled_from(["evaluating", "always", "never"]),
    training=st.booleans(),
)
def test_over_the_batch(channels: int, places: tuple[int, ...], training: bool, **rest: Any) -> None:
    value = ValueType("float32", (channels, *places), batched=True)
    check(node_of("BatchNorm", rest), value, tolerance=CLOSE, training=training)


EXTREMES: dict[str, Array] = {
    "all zeros": np.zeros((3, 2, 4)),
    "all alike": np.full((3, 2, 4), 7.25),
    "alike at a distance": np.full((3, 2, 4), 1e6),
    "one differs": np.array([[[1.0, 1, 1, 1], [1, 1, 1, 1 + 1e-6]]] * 3),
    "large": np.linspace(-1e8, 1e8, 24).reshape(3, 2, 4),
    "small": np.linspace(-1e-9, 1e-9, 24).reshape(3, 2, 4),
    "far from zero": 1e4 + np.linspace(-1, 1, 24).reshape(3, 2, 4),
}
NORMS: list[tuple[str, dict[str, Any]]] = [
    ("LayerNorm", {}),
    ("LayerNorm", {"axes": 2}),
    ("RMSNorm", {}),
    ("RMSNorm", {"axes": 2, "epsilon": 1e-5}),
    ("GroupNorm", {}),
    ("GroupNorm", {"groups": 2}),
    ("InstanceNorm", {"affine": True}),
    ("InstanceNorm", {"use_running_statistics": "evaluating"}),
    ("BatchNorm", {}),
]


@pytest.mark.parametrize("numbers", EXTREMES.values(), ids=EXTREMES)
@pytest.mark.parametrize(("kind", "chosen"), NORMS, ids=str)
def test_without_variance_and_far_from_one(kind: str, chosen: dict[str, Any], numbers: Array) -> None:
    value = ValueType("float32", numbers.shape[1:], batched=True)
    # Both subtract a mean that is a million times as large as what remains, and round it once.
    tolerance = 1e-6 if numbers is EXTREMES["one differs"] or np.abs(numbers).min() > 1e3 else 1e-9
    check(node_of(kind, chosen), value, tolerance=tolerance, changed={"input input": numbers}, training=True)


@pytest.mark.parametrize("numbers", EXTREMES.values(), ids=EXTREMES)
@pytest.mark.parametrize(("kind", "chosen"), NORMS, ids=str)
def test_in_float32_nothing_becomes_infinite(kind: str, chosen: dict[str, Any], numbers: Array) -> None:
    case = Case(node_of(kind, chosen), (ValueType("float32", numbers.shape[1:], batched=True),))
    alone, values, feed = prepare(case, float_dtype="float32")
    feed["input input"] = numbers.astype(np.float32)
    assert np.isfinite(compiled(alone, values)(feed)["output"]).all()


@pytest.mark.parametrize("kind", ["LayerNorm", "RMSNorm", "GroupNorm"])
def test_a_single_number(kind: str) -> None:
    check(node_of(kind, {}), ValueType("float32", (1,), batched=True), tolerance=CLOSE)
