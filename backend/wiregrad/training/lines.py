"""Messages between processes: one JSON value per line, with a bound on how long a line may be."""

import os
from collections.abc import Iterator

CHUNK_BYTES = 1 << 16
MOST_BYTES_IN_A_COMMAND = 1 << 16
MOST_BYTES_IN_AN_EVENT = 1 << 24
MOST_BYTES_IN_A_QUESTION = 1 << 26


class LineTooLong(ValueError):  # noqa: N818 - named for what happened
    """The other side sends more than a line may hold; nothing after it can be trusted."""


class LineSplitter:
    """Cuts a stream of bytes into lines, whatever pieces it arrives in."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._rest: list[bytes] = []
        self._length = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """The lines that `chunk` completes, without their ends.

        Raises:
            LineTooLong: a line is longer than `most_bytes`.

        """
        *complete, rest = chunk.split(b"\n")
        lines = []
        for piece in complete:
            self._hold(piece)
            lines.append(b"".join(self._rest))
            self._rest, self._length = [], 0
        self._hold(rest)
        return lines

    def _hold(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length > self._most_bytes:
            raise LineTooLong(f"A line is longer than {self._most_bytes:,} bytes.")
        self._rest.append(piece)


def read_lines(descriptor: int, most_bytes: int) -> Iterator[bytes]:
    """Lines from a file descriptor until it ends.

    It reads the descriptor itself: Python's buffered standard input is locked by a thread that waits in it,
    and an interpreter that shuts down meanwhile aborts.
    """
    splitter = LineSplitter(most_bytes)
    while chunk := os.read(descriptor, CHUNK_BYTES):
        yield from splitter.feed(chunk)
