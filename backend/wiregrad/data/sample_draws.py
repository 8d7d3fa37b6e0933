"""Random numbers for many samples at once; each has a sequence of its own, whatever its neighbors are."""

from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.randomness import WORD, Stream, random_words

Words = NDArray[np.uint64]

_STRIDE = np.uint64(0x9E3779B97F4A7C15)
_FIRST_FACTOR = np.uint64(0xBF58476D1CE4E5B9)
_SECOND_FACTOR = np.uint64(0x94D049BB133111EB)
_FRACTION_BITS = 24
_QUARTER = 2**16
_SPREAD_OF_FOUR_QUARTERS = float(np.sqrt(4 * (_QUARTER**2 - 1) / 12))


class SampleDraws:
    """Draws for the samples of a batch; the first axis of every result is theirs.

    Each sample's words are those of SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
    generators", 2014), started from a hash of seed, epoch, place and the sample's number in its dataset.
    `place` keeps the changes of one sample apart. The same arguments give the same numbers on every machine,
    whichever samples are asked for together.
    """

    def __init__(self, starts: Words) -> None:
        self._starts = starts
        self._drawn = 0

    @classmethod
    def of(cls, seed: int, epoch: int, place: int, samples: NDArray[np.int64]) -> "SampleDraws":
        (key,) = random_words(Stream.AUGMENTATION, seed, epoch % WORD * 1024 + place, 1)
        return cls(_mixed(_mixed(samples.astype(np.uint64) + np.uint64(1)) + key))

    def __len__(self) -> int:
        return len(self._starts)

    def chosen(self, which: NDArray[np.bool_]) -> "SampleDraws":
        """Draws of some of the samples, which share no number with these."""
        return SampleDraws(_mixed(self._starts[which] ^ _STRIDE))

    def _words(self, shape: Sequence[int]) -> Words:
        count = prod(shape)
        first = self._drawn + 1
        self._drawn += count
        steps = np.arange(first, first + count, dtype=np.uint64) * _STRIDE
        return _mixed(self._starts[:, np.newaxis] + steps).reshape(len(self), *shape)

    def uniform(self, low: float, high: float, *shape: int) -> NDArray[np.float32]:
        """Float32 (samples, *shape), evenly spread over [low, high)."""
        words = self._words(shape) >> np.uint64(64 - _FRACTION_BITS)
        return np.float32(low) + words.astype(np.float32) * np.float32((high - low) / 2**_FRACTION_BITS)

    def integers(self, low: int, high: int, *shape: int) -> NDArray[np.int64]:
        """Int64 (samples, *shape) from `low` to `high`, both included; their range is below 2**32."""
        words = self._words(shape) >> np.uint64(32)
        return ((words * np.uint64(high - low + 1)) >> np.uint64(32)).astype(np.int64) + low

    def happens(self, probability: float) -> NDArray[np.bool_]:
        """Bool (samples,), true with this probability."""
        return self.uniform(0.0, 1.0) < probability

    def bell(self, *shape: int) -> NDArray[np.float32]:
        """Float32 (samples, *shape), mean 0, deviation 1, within +-3.5: a word's four quarters summed."""
        quarters = self._words(shape).view(np.uint16).reshape(len(self), *shape, 4)
        total = (
            quarters[..., 0].astype(np.float32) + quarters[..., 1] + quarters[..., 2] + quarters[..., 3]
        )  # up to 2**18: exact in float32, and in any order of the bytes
        total -= np.float32(2 * (_QUARTER - 1))
        total *= np.float32(1 / _SPREAD_OF_FOUR_QUARTERS)
        return total


def _mixed(words: Words) -> Words:
    """SplitMix64's finalizer: every bit of the result depends on every bit of the word."""
    with np.errstate(over="ignore"):
        mixed = (words ^ (words >> np.uint64(30))) * _FIRST_FACTOR
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND_FACTOR
        mixed ^= mixed >> np.uint64(31)
    return mixed
