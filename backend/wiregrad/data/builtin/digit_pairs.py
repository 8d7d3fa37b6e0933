"""Two handwritten digits at a time: the same digit or not, for networks that compare."""

import numpy as np

from wiregrad.data.builtin import digits
from wiregrad.data.builtin._in_memory import in_memory
from wiregrad.data.dataset import Column, Dataset, Stored
from wiregrad.data.randomness import Draws

SAMPLES = 3000
_CLASSES = 10


def dataset() -> Dataset:
    scans = digits.dataset()
    return in_memory(
        id="digit-pairs",
        name="Pairs of handwritten digits",
        description="Two pictures of digits, 8 x 8 pixels each; half of the pairs show the same digit.",
        columns=[
            Column("left", "float32", (1, 8, 8), description="A digit; 0 is paper, 1 is full ink."),
            Column(
                "right", "float32", (1, 8, 8), description="Another picture of the same digit, or another."
            ),
            Column("same", "int64", (), ("different", "same"), "Whether both show the same digit."),
        ],
        size=SAMPLES,
        make=lambda: _pairs(scans),
        attribution=scans.attribution,
    )


def _pairs(scans: Dataset) -> dict[str, Stored]:
    """The digits on the left come evenly; which picture of a digit is taken is drawn."""
    draws = Draws(seed=6)
    values = scans.take(np.arange(scans.size), ["image", "digit"])
    same = draws.shuffled(SAMPLES) % 2
    left = draws.shuffled(SAMPLES) % _CLASSES
    right = np.where(same, left, (left + 1 + draws.integers(_CLASSES - 1, SAMPLES)) % _CLASSES)
    chance = draws.uniform(0, 1, 2, SAMPLES)
    pictures = [
        values["image"][_picked(values["digit"], wanted, share)]
        for wanted, share in zip((left, right), chance, strict=True)
    ]
    return {"left": pictures[0], "right": pictures[1], "same": same}


def _picked(digits_of: np.ndarray, wanted: np.ndarray, share: np.ndarray) -> np.ndarray:
    """For each wanted digit one of its pictures, as far along their row as its share says."""
    rows = [np.flatnonzero(digits_of == digit) for digit in range(_CLASSES)]
    return np.array(
        [rows[digit][int(part * len(rows[digit]))] for digit, part in zip(wanted, share, strict=True)]
    )
