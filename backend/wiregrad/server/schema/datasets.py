"""Datasets as a person meets them: columns, first rows, statistics, single samples."""

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


class ColumnStatistics(Answer):
    """Over all numbers of a column. `counts` is samples by class, for columns that have classes."""

    min: float | None
    max: float | None
    mean: float | None
    std: float | None
    counts: dict[str, int] | None
    missing: int


class DatasetPreview(Answer):
    """The first samples for a person: numbers, labels in words, pictures as `data:image/png` URLs."""

    rows: tuple[dict[str, JsonValue], ...]
    statistics: dict[str, ColumnStatistics]


class DatasetSample(Answer):
    """One sample's raw numbers by column, nested as the column's shape."""

    index: int
    values: dict[str, JsonValue]
