"""What every importer is given, and what it must do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.options import ImportOptions
from wiregrad.data.importing.writing import FolderWriter


@dataclass(frozen=True)
class Source:
    """An uploaded file: where it is, what its owner called it, and how it shall be read.

    `scratch` is a folder for temporary files, `start` the file's first bytes.
    """

    path: Path
    scratch: Path
    filename: str
    start: bytes
    options: ImportOptions
    limits: Limits


OpenWriter = Callable[[int], FolderWriter]


class Format(Protocol):
    """A file format; each module of `formats/` is one.

    `NAME` is for messages, `EXTENSIONS` choose the format; a file begins with one of `MAGIC` (none for text).
    `read` calls the given function once, with the number of samples, and fills the writer that it returns;
    it gives the dataset's description, or raises `DataError`.
    """

    NAME: str
    EXTENSIONS: tuple[str, ...]
    MAGIC: tuple[bytes, ...]

    def read(self, source: Source, open_writer: OpenWriter) -> str: ...
