"""Eight small clouds of points on a ring: what a generator must cover without forgetting one."""

import math

import numpy as np

from wiregrad.data.builtin._in_memory import in_memory
from wiregrad.data.dataset import Column, Dataset, Stored
from wiregrad.data.randomness import Draws

SAMPLES = 2048
_DEVIATION = 0.05
_GRID = 2.0**12
_DIAGONAL = math.sqrt(0.5)
_CENTERS = {
    "east": (1.0, 0.0),
    "north-east": (_DIAGONAL, _DIAGONAL),
    "north": (0.0, 1.0),
    "north-west": (-_DIAGONAL, _DIAGONAL),
    "west": (-1.0, 0.0),
    "south-west": (-_DIAGONAL, -_DIAGONAL),
    "south": (0.0, -1.0),
    "south-east": (_DIAGONAL, -_DIAGONAL),
}


def dataset() -> Dataset:
    return in_memory(
        id="ring",
        name="Eight clouds on a ring",
        description="Points in eight small clouds, evenly spaced on a circle of radius 1.",
        columns=[
            Column("point", "float32", (2,), description="Across and up, from about -1.2 to 1.2."),
            Column("mode", "int64", (), tuple(_CENTERS), "The cloud that the point belongs to."),
        ],
        size=SAMPLES,
        make=_points,
    )


def _points() -> dict[str, Stored]:
    draws = Draws(seed=3)
    mode = draws.shuffled(SAMPLES) % len(_CENTERS)
    exact = np.array(list(_CENTERS.values()))[mode]
    noisy = exact + _DEVIATION * draws.bell(SAMPLES, 2)
    return {"point": (np.rint(noisy * _GRID) / _GRID + 0.0).astype(np.float32), "mode": mode}
