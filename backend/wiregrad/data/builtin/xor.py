"""The four cases of exclusive or: the smallest task that one straight line cannot solve."""

import numpy as np

from wiregrad.data.builtin._in_memory import in_memory
from wiregrad.data.dataset import Column, Dataset, Stored


def dataset() -> Dataset:
    return in_memory(
        id="xor",
        name="Exclusive or",
        description="Two inputs, each 0 or 1; the answer is 1 when exactly one of them is 1.",
        columns=[
            Column("x", "float32", (2,), description="The two inputs."),
            Column("y", "float32", (1,), description="1 when exactly one input is 1, else 0."),
        ],
        size=4,
        make=_cases,
    )


def _cases() -> dict[str, Stored]:
    return {
        "x": np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32),
        "y": np.array([[0], [1], [1], [0]], dtype=np.float32),
    }
