"""The order of an epoch and its batches, as functions of their arguments: nothing to save or to lose."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.randomness import Stream, permutation


def epoch_order(size: int, seed: int, epoch: int, shuffle: bool) -> NDArray[np.int64]:
    """Give the positions 0 .. size-1 in the order in which epoch number `epoch` visits them.

    Stateless, so a run resumed in the middle of an epoch continues with the same samples.
    """
    return permutation(Stream.EPOCH, seed, epoch, size) if shuffle else np.arange(size, dtype=np.int64)


def batches(order: NDArray[np.int64], batch_size: int) -> Iterator[NDArray[np.int64]]:
    """Cut `order` into views of `batch_size` entries; the last may be shorter, none is dropped."""
    if batch_size < 1:
        raise ValueError(f"A batch holds at least one sample; got batch_size={batch_size}.")
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]
