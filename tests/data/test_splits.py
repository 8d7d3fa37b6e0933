import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiregrad.data.errors import DataError
from wiregrad.data.splits import split

SIZES = st.integers(0, 300)
SEEDS = st.integers(-(2**70), 2**70)


@st.composite
def fractions(draw: st.DrawFn) -> tuple[float, float, float]:
    weights = [draw(st.integers(0, 20)) for _ in range(3)]
    total = max(sum(weights), 1) * draw(st.sampled_from([1.0, 1.5, 3.0]))
    return weights[0] / total, weights[1] / total, weights[2] / total


@given(SIZES, fractions(), SEEDS)
def test_parts_are_disjoint_and_of_the_asked_sizes(
    size: int, shares: tuple[float, float, float], seed: int
) -> None:
    parts = split(size, *shares, seed)
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert len(np.unique(together)) == len(together) <= size
    assert set(together.tolist()) <= set(range(size))
    for part, share in zip((parts.train, parts.validation, parts.test), shares, strict=True):
        assert abs(len(part) - share * size) <= 2
        assert share > 0 or len(part) == 0


@given(SIZES, fractions(), SEEDS)
def test_fractions_that_add_up_to_one_use_every_sample(
    size: int, shares: tuple[float, float, float], seed: int
) -> None:
    if abs(sum(shares) - 1) < 1e-12:
        parts = split(size, *shares, seed)
        assert sorted(np.concatenate([parts.train, parts.validation, parts.test])) == list(range(size))


@given(st.integers(3, 300), fractions(), SEEDS)
def test_every_part_with_a_fraction_gets_a_sample(
    size: int, shares: tuple[float, float, float], seed: int
) -> None:
    parts = split(size, *shares, seed)
    for part, share in zip((parts.train, parts.validation, parts.test), shares, strict=True):
        assert (len(part) > 0) == (share > 0)


def test_usual_fractions_give_the_expected_sizes() -> None:
    parts = split(1797, 0.7, 0.15, 0.15, seed=0)
    assert [len(parts.train), len(parts.validation), len(parts.test)] == [1258, 269, 270]


def test_the_test_part_does_not_depend_on_the_share_for_training() -> None:
    large, small = split(1000, 0.8, 0.1, 0.1, seed=7), split(1000, 0.3, 0.1, 0.1, seed=7)
    assert np.array_equal(large.test, small.test)
    assert np.array_equal(large.validation, small.validation)


def test_seeds_give_different_splits_and_each_the_same_again() -> None:
    first, again, other = (split(100, 0.8, 0.1, 0.1, seed) for seed in (0, 0, 1))
    assert np.array_equal(first.train, again.train)
    assert not np.array_equal(first.train, other.train)


def test_a_split_is_the_same_on_every_machine() -> None:
    parts = split(1000, 0.8, 0.1, 0.1, seed=2026)
    digest = hashlib.sha256(
        np.concatenate([parts.train, parts.validation, parts.test]).astype("<i8").tobytes()
    )
    assert digest.hexdigest() == "c8146c542b7ea17cdf00dbe6ee89fa43180dd7d64c6b8d10f68b9e2c38f859d6"


@pytest.mark.parametrize("shares", [(0.9, 0.2, 0.0), (-0.1, 0.5, 0.5), (float("nan"), 0.5, 0.5), (2.0, 0, 0)])
def test_impossible_fractions_are_refused(shares: tuple[float, float, float]) -> None:
    with pytest.raises(DataError, match=r"add up|from 0 to 1"):
        split(10, *shares, seed=0)
