"""Which samples are for training, which for validation, which for the final test."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.errors import DataError
from wiregrad.data.randomness import Stream, permutation

_ROUNDING = 1e-9


@dataclass(frozen=True)
class Split:
    """Int64 indices of a dataset's samples, disjoint, each part in the order of the seeded permutation."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def split(size: int, train: float, validation: float, test: float, seed: int) -> Split:
    """Deal `size` samples to three parts by a seeded permutation that is the same on every machine.

    Fractions that add up to 1 use every sample; a smaller sum leaves the rest out. Each part gets its
    fraction rounded so that the total is right (largest remainder), and a part with a fraction above 0 gets
    at least one sample wherever there are enough samples for all of them. The test part is dealt first,
    then validation: trying another share for training keeps the same samples in the test.

    Raises:
        DataError: a negative or non-finite fraction, a sum above 1, or a negative size.

    """
    tested, validated, trained = part_sizes(size, (test, validation, train))
    order = permutation(Stream.SPLIT, seed, 0, size)
    ends = np.cumsum([tested, validated, trained])
    return Split(
        train=order[ends[1] : ends[2]],
        validation=order[ends[0] : ends[1]],
        test=order[: ends[0]],
    )


def part_sizes(size: int, fractions: tuple[float, ...]) -> list[int]:
    """How many of `size` samples each fraction gets; raises as `split` does."""
    _check(size, fractions)
    return _counts(size, fractions)


def _check(size: int, fractions: tuple[float, ...]) -> None:
    if size < 0:
        raise DataError(f"A dataset has 0 or more samples; got {size}.")
    if not all(math.isfinite(fraction) and fraction >= 0 for fraction in fractions):
        raise DataError(f"Each share of a split is a number from 0 to 1; got {fractions}.")
    if sum(fractions) > 1 + _ROUNDING:
        raise DataError(
            f"The shares for training, validation and test add up to {sum(fractions):g}; at most 1 is there.",
            remedy="Lower one of them.",
        )


def _counts(size: int, fractions: tuple[float, ...]) -> list[int]:
    shares = [fraction * size for fraction in fractions]
    counts = [math.floor(share + _ROUNDING) for share in shares]
    wanted = sum(fraction > 0 for fraction in fractions)
    total = max(min(round(sum(fractions) * size), size), min(wanted, size))
    by_remainder = sorted(range(len(shares)), key=lambda part: counts[part] - shares[part])
    for part in by_remainder[: max(total - sum(counts), 0)]:
        counts[part] += fractions[part] > 0
    for part, fraction in enumerate(fractions):
        if fraction > 0 and counts[part] == 0:
            _give_one(counts, part, total)
    return counts


def _give_one(counts: list[int], part: int, total: int) -> None:
    """Give an empty part a sample: one not dealt yet, else one of the largest part if that keeps some."""
    largest = counts.index(max(counts))
    if sum(counts) < total:
        counts[part] = 1
    elif counts[largest] > 1:
        counts[largest] -= 1
        counts[part] = 1
