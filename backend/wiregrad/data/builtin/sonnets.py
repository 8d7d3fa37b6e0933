"""Shakespeare's sonnets, character by character: a text small enough to learn in a minute."""

from functools import cache
from importlib.resources import files

import numpy as np

from wiregrad.data.builtin._in_memory import in_memory
from wiregrad.data.dataset import Column, Dataset, Stored

LENGTH = 48
SAMPLES = 1960
ALPHABET = "\n !'(),-.:;?ABCDEFGHIJKLMNOPRSTUVWYabcdefghijklmnopqrstuvwxyz"


def dataset() -> Dataset:
    labels = tuple(ALPHABET)
    return in_memory(
        id="sonnets",
        name="Shakespeare's sonnets",
        description="The 154 sonnets in pieces of 48 characters, each with the characters that come next.",
        columns=[
            Column("text", "int64", (LENGTH,), labels, "48 characters in a row."),
            Column("next", "int64", (LENGTH,), labels, "The character after each of those in `text`."),
        ],
        size=SAMPLES,
        make=_pieces,
        attribution="William Shakespeare, Sonnets (1609). In the public domain.",
    )


@cache
def text() -> str:
    return files(__package__).joinpath("sonnets.txt").read_text(encoding="utf-8")


def _pieces() -> dict[str, Stored]:
    codes = np.array([ALPHABET.index(character) for character in text()], dtype=np.int64)
    used = SAMPLES * LENGTH
    return {
        "text": codes[:used].reshape(SAMPLES, LENGTH),
        "next": codes[1 : used + 1].reshape(SAMPLES, LENGTH),
    }
