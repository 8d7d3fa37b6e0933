"""A wave with so much noise that a large network learns the noise too, and can be seen to do so."""

import math

import numpy as np

from wiregrad.data.builtin._in_memory import in_memory
from wiregrad.data.dataset import Column, Dataset, Stored
from wiregrad.data.randomness import Draws

SAMPLES = 300
_NOISE = 0.35
_GRID = 2.0**12


def dataset() -> Dataset:
    return in_memory(
        id="noisy-wave",
        name="A noisy wave",
        description="Points scattered widely about one and a half turns of a sine wave.",
        columns=[
            Column("x", "float32", (1,), description="From -1 to 1."),
            Column("y", "float32", (1,), description="sin(1.5 pi x) and noise of deviation 0.35."),
        ],
        size=SAMPLES,
        make=_points,
    )


def _points() -> dict[str, Stored]:
    draws = Draws(seed=5)
    x = draws.uniform(-1, 1, SAMPLES, 1)
    y = np.sin(1.5 * math.pi * x) + _NOISE * draws.bell(SAMPLES, 1)
    return {"x": _rounded(x), "y": _rounded(y)}


def _rounded(values: np.ndarray) -> np.ndarray:
    """On a coarse grid, for sines differ in their last bit between machines."""
    return (np.rint(values * _GRID) / _GRID + 0.0).astype(np.float32)
