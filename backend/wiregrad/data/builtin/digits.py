"""Handwritten digits of 8 x 8 pixels: the test portion of the UCI set, bundled with the package."""

from importlib.resources import files

import numpy as np

from wiregrad.data.builtin._in_memory import in_memory
from wiregrad.data.dataset import Column, Dataset, Stored

SAMPLES = 1797
_INK_LEVELS = 16


def dataset() -> Dataset:
    return in_memory(
        id="digits",
        name="Handwritten digits",
        description="The digits 0 to 9 as 13 people wrote them, 8 x 8 pixels each.",
        columns=[
            Column("image", "float32", (1, 8, 8), description="A digit; 0 is paper, 1 is full ink."),
            Column("digit", "int64", (), tuple("0123456789"), "The digit that was meant."),
        ],
        size=SAMPLES,
        make=_scans,
        attribution=files(__package__).joinpath("digits-attribution.txt").read_text(encoding="utf-8").strip(),
    )


def _scans() -> dict[str, Stored]:
    with (
        files(__package__).joinpath("digits.npz").open("rb") as file,
        np.load(file, allow_pickle=False) as bundle,
    ):
        return {
            "image": bundle["ink"].astype(np.float32)[:, np.newaxis] / np.float32(_INK_LEVELS),
            "digit": bundle["digit"].astype(np.int64),
        }
