"""Whether numbers that differ from PyTorch's are wrong, or nothing that rounding leaves to compare.

A value that is zero but for rounding, such as a single number minus its mean, means nothing; but a
comparison, an `argmax` or a `relu` makes a whole number or a whole gradient of it. What PyTorch finds then is
as much chance as what Wiregrad finds, and PyTorch itself shows that: started from numbers that differ in the
twelfth digit, or in the last, it finds something else. Each number is judged by itself; where PyTorch stands
firm, so must Wiregrad.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.nodes.running import Array

Arrays = Mapping[str, Array]

TOLERANCE = 1e-7
"""Relative to the larger of 1 and the numbers compared; everything runs in float64."""
NUDGES = 1e-12, 3e-16
"""Relative, so that zeros stay zero, and equal numbers that are made of the same stay equal.

The larger outweighs rounding, and decides all ties between two numbers alike; the smaller leaves each to
chance.
"""
TRIES = 16


@dataclass(frozen=True)
class Agreement:
    """`deviation` is the largest of the numbers that agree; `undecidable` counts the arrays with others."""

    deviation: float = 0.0
    undecidable: int = 0

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(max(self.deviation, other.deviation), self.undecidable + other.undecidable)


class Nudging:
    """Changes floats by very little, in a try of this number; anything else stays as it is."""

    def __init__(self, number: int) -> None:
        self._size = NUDGES[number % len(NUDGES)]
        self._generator = np.random.default_rng(number)

    def __call__(self, array: Array) -> Array:
        if array.dtype.kind != "f":
            return array
        return np.asarray(array * (1 + self._size * self._generator.standard_normal(array.shape)))


def agreement(got: Arrays, expected: Arrays, again: Callable[[int], Arrays]) -> Agreement:
    """Raises AssertionError where they differ and PyTorch is sure of what it found.

    `again` is what PyTorch finds when it starts from nudged numbers; it is asked with the number of the try,
    and only when something differs.
    """
    assert got.keys() == expected.keys(), (got.keys(), expected.keys())
    distances = {name: distance(got[name], expected[name], name) for name in got}
    doubtful = [name for name, apart in distances.items() if (apart > TOLERANCE).any()]
    tries = [again(number) for number in range(TRIES)] if doubtful else []
    for name in doubtful:
        _check_undecidable(name, got[name], expected[name], [found[name] for found in tries])
    agreed = [apart[apart <= TOLERANCE].max(initial=0.0) for apart in distances.values()]
    return Agreement(float(max(agreed, default=0.0)), len(doubtful))


def distance(got: Array, expected: Array, name: str) -> Array:
    """Of each number, relative to the largest that is above 1; infinite where one is not finite alone."""
    assert got.shape == expected.shape, f"{name}: expected {expected.shape}, got {got.shape}"
    if expected.dtype.kind != "f":
        return np.asarray(got != expected, float)
    finite = np.isfinite(got) & np.isfinite(expected)
    scale = max(1.0, float(np.abs(expected[np.isfinite(expected)]).max(initial=0.0)))
    same = np.where(np.isfinite(got) == np.isfinite(expected), 0.0, np.inf)
    difference = np.subtract(got, expected, where=finite, out=np.zeros(got.shape))
    return np.asarray(np.where(finite, np.abs(difference) / scale, same))


def _check_undecidable(name: str, got: Array, expected: Array, tries: Sequence[Array]) -> None:
    """PyTorch must have moved each number that differs, and at least half as far as the difference."""
    apart = distance(got, expected, name)
    moved = np.max([distance(found, expected, name) for found in tries], axis=0)
    firm = (moved <= TOLERANCE) | (moved < apart / 2)
    wrong = (apart > TOLERANCE) & firm
    assert not wrong.any(), (
        f"{name}: {apart[wrong].max():.2e} apart: expected {expected.tolist()}, got {got.tolist()}, "
        f"and PyTorch from nudged numbers moves by {moved[wrong].max():.2e}"
    )
