"""Two arms that wind around each other: classes that no straight line separates."""

import numpy as np

from wiregrad.data.builtin._in_memory import in_memory
from wiregrad.data.dataset import Column, Dataset, Stored
from wiregrad.data.randomness import Draws

SAMPLES = 1000
_TURNS = 1.5
_INNER_RADIUS = 0.08
_NOISE = 0.018
_GRID = 2.0**12


def dataset() -> Dataset:
    return in_memory(
        id="spirals",
        name="Two spirals",
        description="Points on two arms that wind around each other one and a half times.",
        columns=[
            Column("point", "float32", (2,), description="Across and up, from about -1 to 1."),
            Column("arm", "int64", (), ("first", "second"), "The arm that the point lies on."),
        ],
        size=SAMPLES,
        make=_points,
    )


def _points() -> dict[str, Stored]:
    """Radius sqrt(u) spreads the points evenly along the arm, for its length grows with the radius."""
    draws = Draws(seed=2)
    arm = draws.shuffled(SAMPLES) % 2
    radius = _INNER_RADIUS + (1 - _INNER_RADIUS) * np.sqrt(draws.uniform(0, 1, SAMPLES))
    angle = 2 * np.pi * _TURNS * radius + np.pi * arm
    exact = radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    noisy = exact + _NOISE * draws.bell(SAMPLES, 2)
    # Sines differ in their last bit between machines; points on a coarse grid do not.
    return {"point": (np.rint(noisy * _GRID) / _GRID + 0.0).astype(np.float32), "arm": arm}
