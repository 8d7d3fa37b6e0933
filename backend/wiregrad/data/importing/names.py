"""Names that come from outside: labels for people, never paths, never file names on our disk."""

import math
import re
import unicodedata

from wiregrad.data.errors import DataError

LONGEST_NAME = 128
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PATH_SEPARATORS = re.compile(r"[/\\:]")


def is_unseen(character: str) -> bool:
    """Control characters, broken Unicode, and characters that turn the direction of the text around them."""
    return unicodedata.category(character) in _UNSEEN or character in _TURNING


def clean_name(name: str, what: str) -> str:
    """Return the name in Unicode's composed form (NFC), without white space around it.

    Raises:
        DataError: empty, longer than 128 characters, or with characters that cannot be seen.

    """
    cleaned = unicodedata.normalize("NFC", name).strip()
    if not cleaned:
        raise DataError(f"{what} is empty.", remedy="Give it a name.")
    if len(cleaned) > LONGEST_NAME:
        raise DataError(
            f"{what} has {len(cleaned)} characters; at most {LONGEST_NAME} are allowed: {shown(cleaned)}."
        )
    if any(map(is_unseen, cleaned)):
        raise DataError(f"{what} contains characters that cannot be seen: {shown(cleaned)}.")
    return cleaned


def title_of(filename: str) -> str:
    """Make a harmless title of a client's file name: its last part, what is unseen dropped, cut to length."""
    last = _PATH_SEPARATORS.split(unicodedata.normalize("NFC", filename))[-1]
    seen = "".join(character for character in last if not is_unseen(character)).strip()
    return seen[:LONGEST_NAME] or "upload"


def label_order(label: str) -> tuple[float, str, str]:
    """Sort labels as a person would: numbers by size, then words whatever their case."""
    number = float(label) if NUMBER.fullmatch(label) else math.inf
    return number, label.casefold(), label


def shown(text: str, most: int = 40) -> str:
    """Quote someone's text in a message: escaped, and cut where it is long."""
    return (
        repr(text if len(text) <= most else f"{text[:most]}...").encode("ascii", "backslashreplace").decode()
    )
