"""Random numbers that are the same on every machine and with every version of NumPy.

NumPy promises a stable stream for its bit generators (NEP 19) but not for `Generator.normal` or
`Generator.permutation`. Everything here is therefore made from the raw words of Philox4x64-10 (Salmon
et al., "Parallel random numbers: as easy as 1, 2, 3", 2011) with exact arithmetic only: shifts, sums,
products and sorts; never `log` or `cos`, whose last bit differs between machines.
"""

import math
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

WORD = 2**64
_BITS_OF_A_FLOAT64 = 53
_FRACTION = 2.0**-_BITS_OF_A_FLOAT64
_QUARTER = 2**16


class Stream(IntEnum):
    """What random words are for; two purposes never share words, whatever their seeds."""

    SPLIT = 1
    EPOCH = 2
    GENERATED = 3
    AUGMENTATION = 4
    TEXT = 5


def random_words(stream: Stream, seed: int, index: int, count: int) -> NDArray[np.uint64]:
    """Give the first `count` words of the sequence that (stream, seed, index) names; no state anywhere."""
    key = np.array([seed % WORD, int(stream)], dtype=np.uint64)
    counter = np.array([0, 0, index % WORD, 0], dtype=np.uint64)
    return np.random.Philox(key=key, counter=counter).random_raw(count)


def permutation(stream: Stream, seed: int, index: int, size: int) -> NDArray[np.int64]:
    """0 .. size-1 in random order: the order that sorts `size` random words (ties keep their order)."""
    return np.argsort(random_words(stream, seed, index, size), kind="stable").astype(np.int64)


class Draws:
    """A sequence of random arrays for a generated dataset, drawn one after the other from one seed."""

    def __init__(self, seed: int) -> None:
        self._words = np.random.Philox(key=np.array([seed % WORD, int(Stream.GENERATED)], dtype=np.uint64))

    def _raw(self, shape: tuple[int, ...]) -> NDArray[np.uint64]:
        return self._words.random_raw(int(np.prod(shape, dtype=np.int64))).reshape(shape)

    def uniform(self, low: float, high: float, *shape: int) -> NDArray[np.float64]:
        """Float64 evenly spread over [low, high)."""
        words = self._raw(shape) >> np.uint64(64 - _BITS_OF_A_FLOAT64)
        return low + (high - low) * (words.astype(np.float64) * _FRACTION)

    def integers(self, count: int, *shape: int) -> NDArray[np.int64]:
        """Int64 from 0 to count - 1; the bias of the multiplication is below count / 2**53."""
        return self.uniform(0.0, float(count), *shape).astype(np.int64)

    def bell(self, *shape: int) -> NDArray[np.float64]:
        """Mean 0, standard deviation 1, within +-3.5: a word's four quarters summed (Irwin-Hall)."""
        words = self._raw(shape)
        quarters = np.zeros(shape, dtype=np.uint64)
        for shift in (0, 16, 32, 48):
            quarters += (words >> np.uint64(shift)) & np.uint64(_QUARTER - 1)
        deviation = math.sqrt(4 * (_QUARTER**2 - 1) / 12)
        return (quarters.astype(np.float64) - 2 * (_QUARTER - 1)) / deviation

    def shuffled(self, count: int) -> NDArray[np.int64]:
        """0 .. count-1 in random order."""
        return np.argsort(self._raw((count,)), kind="stable").astype(np.int64)
