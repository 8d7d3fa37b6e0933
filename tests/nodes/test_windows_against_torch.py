"""Convolutions, pools and resizing against PyTorch, for any settings; convolutions are refused alike too."""

# ruff: noqa: ANN401 - settings of any type, and PyTorch, whose types are unknown here

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.nodes.comparison import check, check_or_refused_alike, node_of
from tests.requirements import require_torch
from wiregrad.nodes import ValueType
from wiregrad.nodes._avg_pooling import SLICED_PLACES

CLOSE = 1e-10
lengths = st.integers(1, 9)
sizes = st.tuples(lengths, lengths)
small = st.integers(1, 4)
steps = st.integers(1, 3)
widths = st.integers(0, 3)
sides = small | st.tuples(small, small)
strides = steps | st.tuples(steps, steps)
borders = widths | st.tuples(widths, widths)
fillings = st.sampled_from(["zeros", "reflect", "replicate", "circular"])
many = settings(max_examples=60, deadline=None)
some = settings(max_examples=25, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _torch() -> Any:
    return require_torch()


def filtered(groups: int, per_group: int, channels: int, rest: dict[str, Any]) -> tuple[dict[str, Any], int]:
    """Settings and the number of channels: two multiples of the groups, seldom equal."""
    return {"filters": groups * per_group, "groups": groups, **rest}, groups * channels


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
@many
@given(
    length=st.integers(1, 12),
    groups=steps,
    per_group=st.integers(1, 2),
    channels=st.integers(1, 2),
    kernel=small,
    stride=steps,
    padding=widths | st.sampled_from(["same", "valid"]),
    padding_mode=fillings,
    dilation=steps,
    bias=st.booleans(),
    batched=st.booleans(),
)
def test_convolution_of_lists(
    length: int, groups: int, per_group: int, channels: int, batched: bool, **rest: Any
) -> None:
    chosen, width = filtered(groups, per_group, channels, rest)
    check_or_refused_alike(node_of("Conv1D", chosen), ValueType("float32", (width, length), batched))


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
@many
@given(
    size=sizes,
    kernel=sides,
    stride=strides,
    padding=borders | st.sampled_from(["same", "valid"]),
    padding_mode=fillings,
    dilation=strides,
    batched=st.booleans(),
)
def test_convolution_of_pictures(size: tuple[int, int], batched: bool, **rest: Any) -> None:
    node = node_of("Conv2D", {"filters": 2, **rest})
    check_or_refused_alike(node, ValueType("float32", (2, *size), batched))


@many
@given(
    length=lengths,
    groups=steps,
    per_group=st.integers(1, 2),
    channels=st.integers(1, 2),
    kernel=small,
    stride=steps,
    padding=widths,
    output_padding=st.integers(0, 2),
    dilation=steps,
    bias=st.booleans(),
    batched=st.booleans(),
)
def test_transposed_convolution_of_lists(
    length: int, groups: int, per_group: int, channels: int, batched: bool, **rest: Any
) -> None:
    chosen, width = filtered(groups, per_group, channels, rest)
    check_or_refused_alike(node_of("ConvTranspose1D", chosen), ValueType("float32", (width, length), batched))


@many
@given(
    size=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    groups=steps,
    per_group=st.integers(1, 2),
    channels=st.integers(1, 2),
    kernel=sides,
    stride=strides,
    padding=borders,
    output_padding=st.integers(0, 2) | st.tuples(st.integers(0, 2), st.integers(0, 2)),
    dilation=strides,
    bias=st.booleans(),
    batched=st.booleans(),
)
def test_transposed_convolution_of_pictures(
    size: tuple[int, int], groups: int, per_group: int, channels: int, batched: bool, **rest: Any
) -> None:
    chosen, width = filtered(groups, per_group, channels, rest)
    check_or_refused_alike(node_of("ConvTranspose2D", chosen), ValueType("float32", (width, *size), batched))


@pytest.mark.parametrize("kind", ["Conv1D", "ConvTranspose1D"])
@some
@given(groups=steps, filters=small, channels=small)
def test_groups_that_do_not_divide_are_refused_alike(
    kind: str, groups: int, filters: int, channels: int
) -> None:
    node = node_of(kind, {"groups": groups, "filters": filters, "kernel": 2})
    check_or_refused_alike(node, ValueType("float32", (channels, 3), True))


@many
@given(
    length=st.integers(1, 12),
    kernel=small,
    stride=st.none() | steps,
    padding=widths,
    round_up=st.booleans(),
    count_padding=st.booleans(),
    batched=st.booleans(),
)
def test_averages_of_lists(length: int, batched: bool, **rest: Any) -> None:
    check(node_of("AvgPool1D", rest), ValueType("float32", (2, length), batched), tolerance=CLOSE)


@many
@given(
    size=sizes,
    kernel=sides,
    stride=st.none() | strides,
    padding=borders,
    round_up=st.booleans(),
    count_padding=st.booleans(),
    divisor=st.none() | st.integers(1, 9),
    batched=st.booleans(),
)
def test_averages_of_pictures(size: tuple[int, int], batched: bool, **rest: Any) -> None:
    check(node_of("AvgPool2D", rest), ValueType("float32", (2, *size), batched), tolerance=CLOSE)


@some
@given(
    more=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    kernel=st.sampled_from([(9, 8), (8, 9), (5, 13), (13, 5)]),
    stride=st.none() | strides,
    padding=st.integers(0, 2),
    round_up=st.booleans(),
    count_padding=st.booleans(),
    batched=st.booleans(),
)
def test_averages_of_large_windows(
    more: tuple[int, int], kernel: tuple[int, int], batched: bool, **rest: Any
) -> None:
    assert kernel[0] * kernel[1] > SLICED_PLACES
    value = ValueType("float32", (2, kernel[0] + more[0], kernel[1] + more[1]), batched)
    check(node_of("AvgPool2D", {"kernel": kernel, **rest}), value, tolerance=CLOSE)


@some
@given(
    length=st.integers(60, 90),
    kernel=st.integers(SLICED_PLACES + 1, SLICED_PLACES + 12),
    stride=st.none() | steps,
    padding=st.integers(0, 40),
    round_up=st.booleans(),
    count_padding=st.booleans(),
)
def test_averages_of_long_windows(length: int, **rest: Any) -> None:
    check(node_of("AvgPool1D", rest), ValueType("float32", (2, length), True), tolerance=CLOSE)


@many
@given(
    length=st.integers(1, 12),
    kernel=small,
    stride=st.none() | steps,
    padding=widths,
    dilation=steps,
    round_up=st.booleans(),
    batched=st.booleans(),
)
def test_largest_of_lists(length: int, batched: bool, **rest: Any) -> None:
    check(node_of("MaxPool1D", rest), ValueType("float32", (2, length), batched), tolerance=CLOSE)


@some
@given(
    shape=st.lists(small, min_size=1, max_size=4).map(tuple), batched=st.booleans(), keep_axes=st.booleans()
)
def test_averages_of_all_places(shape: tuple[int, ...], batched: bool, keep_axes: bool) -> None:
    node = node_of("GlobalAvgPool", {"keep_axes": keep_axes})
    check(node, ValueType("float32", shape, batched), tolerance=CLOSE)


@many
@given(
    size=sizes,
    scale=strides,
    new_size=st.none() | lengths | sizes,
    mode=st.sampled_from(["nearest", "bilinear"]),
    align_corners=st.booleans(),
    batched=st.booleans(),
)
def test_resized_pictures(
    size: tuple[int, int], new_size: int | tuple[int, int] | None, batched: bool, **rest: Any
) -> None:
    node = node_of("Upsample", {"size": new_size, **rest})
    check(node, ValueType("float32", (2, *size), batched), tolerance=CLOSE)
