"""Holds a derivative against finite differences, and tells a wrong derivative from a corner.

Where a function has a derivative, the slopes to the left and to the right approach each other as the step
gets smaller. At a corner, such as that of `abs`, they stay apart, and at a jump they grow: there is nothing
to compare. How far they are apart is judged with steps that get ten times smaller.
"""

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np

STEPS = (1e-5, 1e-6, 1e-7)
TOLERANCE = 1e-4
"""Relative to the larger of 1 and the derivative."""
SHRINKS = 5.0
"""Slopes of a smooth function come about ten times closer with a step that is ten times smaller."""


def has_slope(function: Callable[[float], float], derivative: float) -> bool:
    """Whether it has one at 0; raises AssertionError if that is not the derivative."""
    at = cache(function)

    def sides(step: float) -> list[float]:
        return [(at(0.0) - at(-step)) / step, (at(step) - at(0.0)) / step]

    scale = max(1.0, abs(derivative)) if np.isfinite(derivative) else 1.0
    before = np.inf
    for step, smaller in pairwise(STEPS):
        slopes = [*sides(step), *sides(smaller)]
        if not np.isfinite(slopes).all():
            return False
        spread = max(slopes) - min(slopes)
        if spread <= TOLERANCE * scale:
            break
        if spread * SHRINKS > before:
            return False
        before = spread
    left, right = sides(smaller)
    assert abs((left + right) / 2 - derivative) <= TOLERANCE * scale, (
        f"the gradient says {derivative}, differences say {left} and {right}"
    )
    return True
