import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiregrad.data.batching import batches, epoch_order


@given(st.integers(0, 200), st.integers(0, 2**64), st.integers(0, 10**6), st.booleans())
def test_an_epoch_visits_every_sample_once(size: int, seed: int, epoch: int, shuffle: bool) -> None:
    order = epoch_order(size, seed, epoch, shuffle)
    assert sorted(order.tolist()) == list(range(size))
    assert np.array_equal(order, epoch_order(size, seed, epoch, shuffle))


def test_epochs_and_seeds_differ() -> None:
    orders = [tuple(epoch_order(50, seed, epoch, True)) for seed in range(3) for epoch in range(3)]
    assert len(set(orders)) == 9


def test_without_shuffling_the_order_is_that_of_the_data() -> None:
    assert epoch_order(5, 1, 2, False).tolist() == [0, 1, 2, 3, 4]


def test_every_place_is_equally_likely() -> None:
    """Chi-squared, 4,000 epochs of 8 samples: with 49 degrees of freedom above 110 once in a million."""
    seen = np.zeros((8, 8))
    for epoch in range(4000):
        seen[np.arange(8), epoch_order(8, 0, epoch, True)] += 1
    assert ((seen - 500) ** 2 / 500).sum() < 110


def test_an_order_is_the_same_on_every_machine() -> None:
    digest = hashlib.sha256(epoch_order(1000, 3, 4, True).astype("<i8").tobytes())
    assert digest.hexdigest() == "5371686f4fc9fb4e70051fcd3407af6fcebd0239b633cc10f48521b75d9d2af8"


@given(st.integers(0, 100), st.integers(1, 120))
def test_batches_are_the_order_in_pieces(size: int, batch_size: int) -> None:
    order = epoch_order(size, 0, 0, True)
    pieces = list(batches(order, batch_size))
    assert np.array_equal(np.concatenate([*pieces, order[:0]]), order)
    assert all(len(piece) == batch_size for piece in pieces[:-1])
    assert all(0 < len(piece) <= batch_size for piece in pieces)


def test_a_batch_without_samples_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        list(batches(np.arange(3), 0))
