"""What every importer is given, and what it must do."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.options import ImportOptions
from wiregrad.data.importing.writing import FolderWriter

_START = 512


@dataclass(frozen=True)
class Upload:
    """A file as it came: where it is and what its owner called it."""

    path: Path
    filename: str

    def start(self) -> bytes:
        """The first bytes, which tell many kinds of file apart."""
        with self.path.open("rb") as file:
            return file.read(_START)


@dataclass(frozen=True)
class Source:
    """What is imported, unpacked, and how it shall be read.

    `files` is one, or several for a format that takes several; `scratch` is a folder for temporary files.
    """

    files: tuple[Upload, ...]
    scratch: Path
    options: ImportOptions
    limits: Limits

    @property
    def path(self) -> Path:
        return self.files[0].path

    @property
    def filename(self) -> str:
        return self.files[0].filename


OpenWriter = Callable[[int], FolderWriter]


class Format(Protocol):
    """A file format; each module of `formats/` is one.

    `NAME` is for messages, `ENDINGS` of file names choose the format; a file begins with one of `MAGIC` (none
    for text). `SEVERAL` says whether files that were uploaded together are one dataset. `read` calls the
    given function once, with the number of samples, and fills the writer that it returns; it gives the
    dataset's description, or raises `DataError`.
    """

    NAME: str
    ENDINGS: tuple[str, ...]
    MAGIC: tuple[bytes, ...]
    SEVERAL: bool

    def read(self, source: Source, open_writer: OpenWriter) -> str: ...
