"""What a single cell of a CSV file looks like."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from wiregrad.data.importing.dates import days_of, has_time
from wiregrad.data.importing.names import LONGEST_NAME, NUMBER, is_unseen

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_COMMA_NUMBER = re.compile(r"[+-]?[0-9]*(?:\.[0-9]{3})*,[0-9]+(?:[eE][+-]?[0-9]+)?")
_GROUPED_INTEGER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{3})+")
# Cells without ambiguity, each followed by a line end: one match for thousands of them.
_PLAIN_NUMBERS = re.compile(r"(?:[+-]?[0-9]{1,18}(?:\.[0-9]{0,24})?\n)++")
BOOLEANS = {"true": True, "false": False}
_MISSING = {"", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "nil", "?", "-", "."}
_INFINITE = {"inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"}
# Numbers from here on round to infinity in float32.
_BEYOND_FLOAT32 = 2.0**128 - 2.0**103
_SMALLEST_INT64, _LARGEST_INT64 = -(2**63), 2**63 - 1


class Kind(StrEnum):
    """What one cell looks like."""

    EMPTY = "empty"
    INTEGER = "a whole number"
    NUMBER = "a number"
    HUGE_INTEGER = "a whole number of more than 64 bits"
    HUGE_NUMBER = "a number too large for float32"
    FOREIGN_NUMBER = "a number with the other decimal sign"
    BOOLEAN = "true or false"
    DATE = "a date"
    MOMENT = "a date with a time"
    MISSING = "a mark for a missing value"
    INFINITE = "infinity"
    TEXT = "text"
    UNFIT_TEXT = "text that is no name of a class"


NUMERIC = (Kind.INTEGER, Kind.NUMBER, Kind.HUGE_INTEGER, Kind.HUGE_NUMBER, Kind.FOREIGN_NUMBER)
DATES = (Kind.DATE, Kind.MOMENT)
GAPS = (Kind.EMPTY, Kind.MISSING)


@dataclass(frozen=True)
class Notation:
    """How a file writes numbers and dates."""

    decimal: Literal[".", ","] = "."
    day_first: bool | None = None

    def plain(self, cell: str) -> str:
        """Write a number with a decimal point and without separators, as Python reads it."""
        return cell if self.decimal == "." else cell.replace(".", "").replace(",", ".")


POINTS = Notation()


def is_missing(cell: str) -> bool:
    """Tell whether a cell is empty or has one of the marks that people use for what is missing."""
    return cell.lower() in _MISSING


def survey(cells: Sequence[str], notation: Notation) -> dict[Kind, tuple[int, int]]:
    """Classify many cells without white space around them: kind -> how many, and where the first is."""
    if notation.decimal == "." and _PLAIN_NUMBERS.fullmatch("\n".join(cells) + "\n"):
        return _survey_of_plain_numbers(cells)
    known = {cell: kind_of(cell, notation) for cell in set(cells)}
    kinds = [known[cell] for cell in cells]
    return {kind: (count, kinds.index(kind)) for kind, count in Counter(kinds).items()}


def _survey_of_plain_numbers(cells: Sequence[str]) -> dict[Kind, tuple[int, int]]:
    """Each has at most one point, and a point makes it no whole number."""
    points = "".join(cells).count(".")
    counts = ((Kind.NUMBER, True, points), (Kind.INTEGER, False, len(cells) - points))
    return {
        kind: (count, next(place for place, cell in enumerate(cells) if ("." in cell) is has_point))
        for kind, has_point, count in counts
        if count
    }


def kind_of(cell: str, notation: Notation = POINTS) -> Kind:
    """Classify one cell that has no white space around it."""
    if _INTEGER.fullmatch(cell):
        return Kind.INTEGER if _SMALLEST_INT64 <= int(cell) <= _LARGEST_INT64 else Kind.HUGE_INTEGER
    if cell[:1].isascii() and cell[:1] in "+-.,0123456789" and cell:
        found = _kind_of_figures(cell, notation)
        if found is not None:
            return found
    return _kind_of_word(cell, cell.lower())


def _kind_of_figures(cell: str, notation: Notation) -> Kind | None:
    with_point, with_comma = NUMBER.fullmatch(cell), _COMMA_NUMBER.fullmatch(cell)
    if notation.decimal == ",":
        if with_comma or _GROUPED_INTEGER.fullmatch(cell):
            return kind_of(notation.plain(cell))
        with_point, with_comma = (None, with_point) if "." in cell else (with_point, None)
    if with_point:
        return _kind_of_number(cell)
    if with_comma:
        return Kind.FOREIGN_NUMBER
    if days_of(cell, notation.day_first) is not None:
        return Kind.MOMENT if has_time(cell) else Kind.DATE
    return None


def _kind_of_number(cell: str) -> Kind:
    if abs(float(cell)) >= _BEYOND_FLOAT32:
        return Kind.HUGE_NUMBER
    return Kind.HUGE_INTEGER if cell.lstrip("+-").isdigit() else Kind.NUMBER


def _kind_of_word(cell: str, word: str) -> Kind:
    if not word:
        return Kind.EMPTY
    if word in BOOLEANS:
        return Kind.BOOLEAN
    if word in _MISSING:
        return Kind.MISSING
    if word in _INFINITE:
        return Kind.INFINITE
    return Kind.UNFIT_TEXT if len(cell) > LONGEST_NAME or any(map(is_unseen, cell)) else Kind.TEXT


def cleaned(cell: str) -> str:
    """Drop white space around a cell and compose its letters (NFC), so that equal labels are equal."""
    return unicodedata.normalize("NFC", cell).strip()
