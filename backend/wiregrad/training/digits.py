"""Numbers of single precision with no more digits than they need.

A float32 that is written with the digits of a float64 takes twice the space and says nothing more.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

DIGITS = (7, 8, 9)
"""Nine tell any two float32 apart; often fewer do."""

EXACT_POWER = 22
"""The largest power of ten that a float64 holds exactly."""


def shortened(values: Sequence[float]) -> list[float]:
    """For each number the float64 with the fewest digits, of 7 to 9, that is the same float32.

    Zero, what is not finite, and numbers beyond 1e-13 and 1e22 come back as they are.
    """
    given = np.asarray(values, np.float64)
    size = np.abs(given)
    changeable = np.isfinite(given) & (size > 0)
    exponent = np.floor(np.log10(np.where(changeable, size, 1.0)))
    result = given.copy()
    open_still = changeable
    for digits in DIGITS:
        rounded = _rounded(given, digits - 1 - exponent)
        fits = open_still & (rounded.astype(np.float32) == given.astype(np.float32))
        result[fits] = rounded[fits]
        open_still = open_still & ~fits
    found: list[float] = result.tolist()
    return found


def _rounded(values: Numbers, places: Numbers) -> Numbers:
    """To so many decimal places each; negative ones are places before the point."""
    power = np.power(10.0, np.minimum(np.abs(places), EXACT_POWER))
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = np.where(places >= 0, np.rint(values * power) / power, np.rint(values / power) * power)
    return np.where(np.abs(places) <= EXACT_POWER, rounded, values)
