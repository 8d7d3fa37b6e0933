"""Datasets as a person meets them: columns, first rows, statistics, single samples."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from wiregrad.server.schema.base import Answer

DatasetId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]


class ColumnInfo(Answer):
    """One named array. `shape` is one sample's; value i of a column with `labels` means `labels[i]`."""

    name: str
    dtype: Literal["float32", "int64", "bool"]
    shape: tuple[int, ...]
    labels: tuple[str, ...] | None
    description: str


class DatasetSummary(Answer):
    """`size` counts samples. Built-in datasets cannot be deleted."""

    id: str
    name: str
    description: str
    attribution: str | None
    builtin: bool
    size: int
    columns: tuple[ColumnInfo, ...]


class Histogram(Answer):
    """`counts[i]` numbers lie from `edges[i]` to `edges[i + 1]`; at most 64 bins of one width."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


class ColumnStatistics(Answer):
    """Over all numbers of a column. `counts` is samples by class, for columns that have classes.

    `histogram` is for numbers that are no classes. `missing` counts cells that were missing and are filled.
    """

    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    counts: dict[str, int] | None
    missing: int
    histogram: Histogram | None


class DatasetOrigin(Answer):
    """What was imported: the kind of file, the names of the files, and the options that were chosen."""

    kind: str
    files: tuple[str, ...]
    options: dict[str, JsonValue]


class DatasetDetail(DatasetSummary):
    """All that is known of a dataset. `sha256` is of names, types and values, not of the file that came.

    `bytes` on the disk, `created` and `origin` are null for sets that come with Wiregrad.
    """

    sha256: str
    bytes: int | None
    created: datetime | None
    origin: DatasetOrigin | None
    statistics: dict[str, ColumnStatistics]


class DatasetPreview(Answer):
    """Samples from `offset` on for a person: numbers, labels in words, pictures as `data:image/png` URLs.

    There may be fewer rows than asked for, where the samples are large lists of numbers.
    """

    offset: int
    rows: tuple[dict[str, JsonValue], ...]


class DatasetSample(Answer):
    """One sample's raw numbers by column, nested as the column's shape."""

    index: int
    values: dict[str, JsonValue]
