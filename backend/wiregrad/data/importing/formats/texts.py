"""Plain text for models of characters: windows of `text`, and `next`, the same shifted by one character.

The vocabulary is every character that occurs, in the order of Unicode; value i means the i-th of them.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.byte_counts import in_words
from wiregrad.data.dataset import Column
from wiregrad.data.errors import DataError
from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.names import title_of
from wiregrad.data.importing.records import encoding_of
from wiregrad.data.importing.source import OpenWriter, Source

NAME = "text file"
ENDINGS = (".txt",)
MAGIC = ()
SEVERAL = False
_CHUNK = 1 << 18


def read(source: Source, open_writer: OpenWriter) -> str:
    """Import a text: read once for its characters, once for its windows; never held in memory."""
    if source.path.stat().st_size > source.limits.csv:
        raise DataError(
            f"The text is larger than {in_words(source.limits.csv)}, which is the limit.", remedy="Cut it."
        )
    text = _Text(source.path, source.options.encoding or encoding_of(source.path))
    vocabulary, characters = text.survey(source.limits)
    length, stride = source.options.text_length, source.options.text_stride or source.options.text_length
    if characters <= length:
        raise DataError(
            f"The text has {characters:,} characters; a window of {length:,} and the character after it need "
            f"at least {length + 1:,}.",
            remedy="Choose a shorter window, or bring more text.",
        )
    size = (characters - length - 1) // stride + 1
    writer = open_writer(size)
    labels = tuple(chr(point) for point in vocabulary.tolist())
    stored = np.min_scalar_type(len(labels))
    writer.add(Column("text", "int64", (length,), labels, f"{length} characters in a row."), stored)
    writer.add(
        Column("next", "int64", (length,), labels, "The character after each of those in `text`."), stored
    )
    for windows in _windows(text.codes(vocabulary), length, stride):
        writer.append("text", windows[:, :-1].astype(stored))
        writer.append("next", windows[:, 1:].astype(stored))
    return (
        f"{characters:,} characters of {title_of(source.filename)}, {len(labels)} different, "
        f"in windows of {length}, {stride} apart."
    )


@dataclass(frozen=True)
class _Text:
    path: Path
    encoding: str

    def survey(self, limits: Limits) -> tuple[NDArray[np.uint32], int]:
        """Find the different characters, and count all of them."""
        found: NDArray[np.uint32] = np.array([], dtype=np.uint32)
        characters = 0
        for points in self._points():
            characters += len(points)
            found = np.union1d(found, points).astype(np.uint32)
            if len(found) > limits.labels:
                raise DataError(
                    f"It has more than {limits.labels:,} different characters, which is the limit."
                )
        if len(found) and found[0] == 0:
            raise DataError(
                "It contains a NUL character, so this is not plain text in the expected encoding.",
                remedy="Save it as plain text in UTF-8.",
            )
        return found, characters

    def codes(self, vocabulary: NDArray[np.uint32]) -> Iterator[NDArray[np.int64]]:
        """Yield the places of the characters in the vocabulary."""
        return (np.searchsorted(vocabulary, points) for points in self._points())

    def _points(self) -> Iterator[NDArray[np.uint32]]:
        """Yield the characters as Unicode numbers; all line ends are one line feed."""
        name = "utf-8-sig" if self.encoding == "utf-8" else self.encoding
        line = 1
        try:
            with self.path.open(encoding=name) as file:
                while piece := file.read(_CHUNK):
                    yield np.frombuffer(piece.encode("utf-32-le"), dtype="<u4")
                    line += piece.count("\n")
        except UnicodeError as error:
            raise DataError(
                f"The text is not in the encoding {codecs.lookup(self.encoding).name.upper()}.",
                remedy=f"Look after line {line:,}, save it as UTF-8, or say which encoding it has.",
            ) from error


def _windows(pieces: Iterator[NDArray[np.int64]], length: int, stride: int) -> Iterator[NDArray[np.int64]]:
    """Cut windows of length + 1 at every `stride`-th character; what is too short at the end is left out."""
    rest: NDArray[np.int64] = np.array([], dtype=np.int64)
    skipped = 0
    for piece in pieces:
        start = min(skipped, len(piece))
        skipped -= start
        rest = np.concatenate([rest, piece[start:]])
        count = (len(rest) - length - 1) // stride + 1
        if count < 1:
            continue
        places = np.arange(count)[:, np.newaxis] * stride
        for some in np.array_split(places, -(-count * (length + 1) // _CHUNK)):
            yield rest[some + np.arange(length + 1)]
        skipped = max(0, count * stride - len(rest))
        rest = rest[count * stride :]
