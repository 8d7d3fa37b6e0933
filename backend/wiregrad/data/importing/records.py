"""The records of a CSV file, streamed: decoding, delimiter, quoting, and the limits on all of them."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from wiregrad.data.errors import DataError
from wiregrad.data.importing.cell_kinds import cleaned
from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.names import shown
from wiregrad.data.importing.options import ImportOptions

# Where several cut every row alike the first one wins: commas are then decimal signs or prose.
DELIMITERS = ("\t", ";", ",")
_LOOKED_AT = 50
_INNER_SPACE = re.compile(r"[ \t\x0b\x0c\x1c-\x1f]")
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written."""

    encoding: str
    delimiter: str


def find_dialect(path: Path, options: ImportOptions, limits: Limits) -> Dialect:
    """Take encoding and delimiter from the options, or from the file's first bytes and records."""
    encoding = options.encoding or encoding_of(path)
    delimiter = options.delimiter or _likeliest_delimiter(path, encoding, limits)
    return Dialect(encoding, delimiter)


def encoding_of(path: Path) -> str:
    """Give the encoding that the mark at the file's begin names, else UTF-8."""
    with path.open("rb") as file:
        start = file.read(3)
    return next((name for mark, name in _MARKS.items() if start.startswith(mark)), "utf-8")


def _likeliest_delimiter(path: Path, encoding: str, limits: Limits) -> str:
    """Choose the one that cuts most of the first records into as many cells as the header, more than one."""
    agreement = {
        delimiter: _agreement(path, Dialect(encoding, delimiter), limits) for delimiter in DELIMITERS
    }
    best = max(DELIMITERS, key=agreement.__getitem__)
    return best if agreement[best] else ","


def _agreement(path: Path, dialect: Dialect, limits: Limits) -> float:
    widths: list[int] = []
    # What is wrong with the table is said later, when the delimiter is known.
    with suppress(DataError):
        widths.extend(len(cells) for _, cells in islice(records(path, dialect, limits), _LOOKED_AT))
    return widths.count(widths[0]) / len(widths) if widths and widths[0] > 1 else 0.0


def records(path: Path, dialect: Dialect, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """Yield row number (from 1) and cleaned cells of each record; blank lines at the end do not count.

    Raises:
        DataError: wrong encoding, NUL characters, broken quoting, or something larger than the limits; with
            its row.

    """
    csv.field_size_limit(limits.field_characters)
    blank_row = 0
    for row, cells in _parsed(path, dialect, limits):
        if not cells:
            blank_row = blank_row or row
            continue
        if blank_row:
            raise DataError(
                "The line is empty.",
                row=blank_row,
                remedy="Remove empty lines between the rows of the table.",
            )
        if len(cells) > limits.columns:
            raise DataError(
                f"It has {len(cells):,} columns; at most {limits.columns:,} are allowed.", row=row
            )
        yield row, cells


def _parsed(path: Path, dialect: Dialect, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    row = 0
    with _open_text(path, dialect.encoding) as file:
        lines = _Lines(file, limits)
        reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
        while True:
            lines.begin(row + 1)
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _quoting_problem(error, row + 1, limits) from error
            except UnicodeError as error:
                raise _encoding_problem(dialect.encoding, row + 1) from error
            row += 1
            if not lines.tight:
                cells = [cell.strip() for cell in cells] if lines.plain else _cleaned(cells, row, dialect)
            yield row, cells


def _open_text(path: Path, encoding: str) -> TextIO:
    """Open so that bytes that are not UTF-8 become visible in the very cell they are in."""
    if encoding == "utf-8":
        return path.open(encoding="utf-8-sig", errors="surrogateescape", newline="")
    return path.open(encoding=encoding, newline="")


class _Lines:
    """Physical lines for the parser, never more characters of one record than the limit.

    A record is `plain` if all its letters are ASCII, `tight` if besides there is no white space in it.
    """

    def __init__(self, file: TextIO, limits: Limits) -> None:
        self._file = file
        self._most = limits.record_characters
        self.begin(1)

    def begin(self, row: int) -> None:
        self.row, self.characters, self.plain, self.tight = row, 0, True, True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._file.readline(self._most + 1)
        self.tight = not self.characters and line.isascii() and not _INNER_SPACE.search(line)
        self.characters += len(line)
        self.plain = self.plain and line.isascii()
        if not line:
            raise StopIteration
        if self.characters > self._most:
            raise DataError(
                f"It has more than {self._most:,} characters, which is the limit.",
                row=self.row,
                remedy="Look for a quotation mark that is never closed, and for missing line ends.",
            )
        if "\0" in line:
            raise DataError(
                "It contains a NUL character, so this is not plain text in the expected encoding.",
                row=self.row,
                remedy="Save the table as 'CSV UTF-8'.",
            )
        return line


def _cleaned(cells: list[str], row: int, dialect: Dialect) -> list[str]:
    for place, cell in enumerate(cells, start=1):
        if any(unicodedata.category(character) == "Cs" for character in cell):
            raise _encoding_problem(dialect.encoding, row, f"number {place}")
    return [cleaned(cell) for cell in cells]


def _encoding_problem(encoding: str, row: int, column: str | None = None) -> DataError:
    return DataError(
        f"The text is not in the encoding {encoding.upper()}.",
        row=row,
        column=column,
        remedy="Save the table as 'CSV UTF-8', or say which encoding it has.",
    )


def _quoting_problem(error: csv.Error, row: int, limits: Limits) -> DataError:
    if "field limit" in str(error):
        return DataError(
            f"A cell has more than {limits.field_characters:,} characters, which is the limit.",
            row=row,
            remedy="Look for a quotation mark that is never closed.",
        )
    if "unexpected end" in str(error):
        return DataError(
            "A quotation mark is opened and never closed.", row=row, remedy="Close it, or write it twice."
        )
    return DataError(
        f"The quotation marks do not add up ({shown(str(error))}).",
        row=row,
        remedy='Write a quotation mark inside a quoted cell twice: "".',
    )
