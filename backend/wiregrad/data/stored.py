"""A dataset on the disk: a folder with `dataset.json` and one `.npy` file per column."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wiregrad.data.dataset import Column, ColumnDType, Dataset, Origin, Stored, StoredAs
from wiregrad.data.errors import DataError
from wiregrad.data.summary import ColumnStatistics

MANIFEST = "dataset.json"
_MOST_OPEN_COLUMNS = 64


class StoredColumn(BaseModel):
    """A column and where its values are; the file's name is a number, never a user's text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    dtype: ColumnDType
    shape: tuple[int, ...]
    labels: tuple[str, ...] | None
    description: str
    file: str = Field(pattern=r"^[0-9]+\.npy$")
    statistics: ColumnStatistics

    def column(self) -> Column:
        return Column(self.name, self.dtype, self.shape, self.labels, self.description)


class Manifest(BaseModel):
    """`dataset.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["wiregrad/dataset@1"] = "wiregrad/dataset@1"
    id: str
    name: str
    description: str
    attribution: str | None = None
    created: datetime
    size: int
    sha256: str
    origin: Origin | None = None
    columns: tuple[StoredColumn, ...]


def open_folder(folder: Path) -> Dataset:
    """Open a stored dataset; its columns are mapped into memory when they are read.

    Raises:
        DataError: the folder's manifest is missing, damaged or of a newer format.

    """
    try:
        manifest = Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except (OSError, ValidationError) as error:
        raise DataError(
            f"The stored dataset {folder.name} cannot be read.", remedy="Delete it and import the data again."
        ) from error
    files = {column.name: folder / column.file for column in manifest.columns}
    return Dataset(
        id=manifest.id,
        name=manifest.name,
        description=manifest.description,
        attribution=manifest.attribution,
        columns=[column.column() for column in manifest.columns],
        size=manifest.size,
        load=_mapped(files),
        statistics={column.name: column.statistics for column in manifest.columns},
        sha256=manifest.sha256,
        stored=StoredAs(_bytes_of(folder), manifest.created, manifest.origin),
    )


def _bytes_of(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())


def _mapped(files: Mapping[str, Path]) -> Callable[[str], Stored]:
    """Give the function that maps a column's file; few stay open, for each one costs a file handle."""

    @lru_cache(maxsize=_MOST_OPEN_COLUMNS)
    def load(column: str) -> Stored:
        array: Stored = np.load(files[column], mmap_mode="r", allow_pickle=False)
        return array

    return load


def write_manifest(
    folder: Path,
    *,
    identity: str,
    name: str,
    description: str,
    size: int,
    columns: Sequence[Column],
    missing: Mapping[str, int],
    origin: Origin,
) -> None:
    """Complete a folder whose column files, `0.npy` and so on, are written: statistics, digest, manifest."""
    files = {column.name: folder / f"{number}.npy" for number, column in enumerate(columns)}
    written = Dataset(
        id=identity,
        name=name,
        description=description,
        columns=columns,
        size=size,
        load=_mapped(files),
        missing=missing,
    )
    statistics = written.statistics()
    manifest = Manifest(
        id=identity,
        name=name,
        description=description,
        created=datetime.now(UTC),
        size=size,
        sha256=written.sha256,
        origin=origin,
        columns=tuple(
            StoredColumn(
                name=column.name,
                dtype=column.dtype,
                shape=column.shape,
                labels=column.labels,
                description=column.description,
                file=files[column.name].name,
                statistics=statistics[column.name],
            )
            for column in columns
        ),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
