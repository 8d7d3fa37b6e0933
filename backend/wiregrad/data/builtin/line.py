"""A hundred noisy measurements along a straight line, from a CSV file that comes with the package."""

import csv
from importlib.resources import files

import numpy as np

from wiregrad.data.builtin._in_memory import in_memory
from wiregrad.data.dataset import Column, Dataset, Stored

ROWS = 100


def dataset() -> Dataset:
    return in_memory(
        id="line",
        name="A noisy line",
        description="Points scattered about y = 0.7 x - 0.4; fitting a line to them has one best answer.",
        columns=[
            Column("x", "float32", (1,), description="Where it was measured, from -2 to 2."),
            Column("y", "float32", (1,), description="What was measured, with noise of about 0.25."),
        ],
        size=ROWS,
        make=_measurements,
    )


def _measurements() -> dict[str, Stored]:
    text = files(__package__).joinpath("line.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {name: np.array([[float(row[name])] for row in rows], dtype=np.float32) for name in ("x", "y")}
