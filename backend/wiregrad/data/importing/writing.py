"""Columns written to disk as they are read, and a dataset's folder that appears complete or not at all."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import DTypeLike, NDArray

from wiregrad.data.byte_counts import in_words
from wiregrad.data.dataset import Column
from wiregrad.data.errors import DataError
from wiregrad.data.importing.limits import Limits

UNFINISHED = ".unfinished-"
_BUFFERED = 32 << 20


@dataclass
class ColumnFile:
    """The `.npy` file of one column; it knows its final number of rows from the start."""

    column: Column
    path: Path
    dtype: np.dtype[Any]
    waiting: list[NDArray[Any]] = field(default_factory=list)

    def begin(self, size: int) -> None:
        header = {
            "descr": npy.dtype_to_descr(self.dtype),
            "fortran_order": False,
            "shape": (size, *self.column.shape),
        }
        with self.path.open("wb") as file:
            npy.write_array_header_1_0(file, header)

    def flush(self) -> None:
        with self.path.open("ab") as file:
            for rows in self.waiting:
                file.write(np.ascontiguousarray(rows, self.dtype).data)
        self.waiting.clear()


class FolderWriter:
    """Columns of `size` samples each, appended chunk by chunk; at most some 32 MiB wait in memory.

    `missing` counts, by column, the cells that were missing and filled.
    Files are opened only while they are flushed, so a table with thousands of columns needs no more file
    handles than one with a single column.
    """

    def __init__(self, folder: Path, size: int, limits: Limits) -> None:
        self.folder = folder
        self.size = size
        self.files: dict[str, ColumnFile] = {}
        self.missing: dict[str, int] = {}
        self._limits = limits
        self._planned = 0
        self._waiting = 0

    @property
    def columns(self) -> list[Column]:
        return [file.column for file in self.files.values()]

    def add(self, column: Column, dtype: DTypeLike | None = None) -> None:
        """Declare a column, stored as `dtype` if that differs from its own (uint8 for 255ths)."""
        stored = np.dtype(dtype or column.dtype).newbyteorder("<")
        self._planned += self.size * int(np.prod(column.shape, dtype=object)) * stored.itemsize
        if self._planned > self._limits.stored:
            raise DataError(
                f"It would take more than {in_words(self._limits.stored)} on disk, which is the limit.",
                remedy="Import fewer samples, or smaller ones.",
            )
        file = ColumnFile(column, self.folder / f"{len(self.files)}.npy", stored)
        file.begin(self.size)
        self.files[column.name] = file

    def append(self, name: str, rows: NDArray[Any]) -> None:
        """Add rows of the column's shape."""
        self.files[name].waiting.append(rows)
        self._waiting += rows.nbytes
        if self._waiting > _BUFFERED:
            self.flush()

    def flush(self) -> None:
        for file in self.files.values():
            file.flush()
        self._waiting = 0


@contextmanager
def appearing_folder(root: Path) -> Iterator[tuple[str, Path]]:
    """Give a new id and a temporary folder beside its place; at the end it is moved there, whole and durable.

    Whatever fails inside leaves nothing behind.
    """
    identity = str(uuid.uuid4())
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = root / f"{UNFINISHED}{identity}"
    unfinished.mkdir(mode=0o700)
    try:
        yield identity, unfinished
        for file in unfinished.iterdir():
            _synchronize(file)
        _synchronize(unfinished)
        unfinished.rename(root / identity)
        _synchronize(root)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def _synchronize(path: Path) -> None:
    """Force a file, or the names in a folder, to the disk. Windows cannot do that for folders."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
