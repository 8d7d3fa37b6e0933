"""Datasets in the words of the API: built-in and uploaded ones, their rows, pictures and statistics."""

import logging
import shutil
from base64 import b64encode
from collections.abc import Container, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from math import prod
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

import numpy as np
from pydantic import JsonValue

from wiregrad.data.catalogue import builtin
from wiregrad.data.dataset import Cell, Dataset
from wiregrad.data.errors import DataError, UnknownDataset
from wiregrad.data.importing import ImportOptions, Upload
from wiregrad.data.store import DatasetStore
from wiregrad.graph.report import Problem
from wiregrad.server.errors import Refusal, illegal_now, invalid, not_found
from wiregrad.server.schema.datasets import (
    ColumnInfo,
    ColumnStatistics,
    DatasetDetail,
    DatasetOrigin,
    DatasetPreview,
    DatasetSample,
    DatasetSummary,
)

log = logging.getLogger("wiregrad.server")

PREVIEW_NUMBERS = 100_000
"""Numbers in a preview; of samples that are large lists of numbers there are fewer rows."""


class Datasets:
    """Methods may be called from any thread. Unknown ids are refused with 404, bad files with 422."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "datasets"
        self._store = DatasetStore(self.folder)
        self._uploads = data_dir / "uploads"

    def open(self, dataset_id: str) -> Dataset:
        try:
            return self._store.get(dataset_id)
        except UnknownDataset as error:
            raise not_found(str(error)) from None
        except DataError as error:
            raise _bad_file(error) from None

    def tidy(self) -> None:
        """Remove what a killed server left half done; only before anything is imported."""
        shutil.rmtree(self._uploads, ignore_errors=True)
        self._store.remove_unfinished()

    def summaries(self) -> list[DatasetSummary]:
        """All that can be opened; one that is deleted meanwhile, or damaged, does not hide the others."""
        return [_summary(dataset) for dataset in self._readable()]

    def _readable(self) -> Iterator[Dataset]:
        for dataset_id in self._store.ids():
            try:
                yield self._store.get(dataset_id)
            except (UnknownDataset, DataError) as error:
                log.warning("dataset %s is left out: %s", dataset_id, error)

    def detail(self, dataset_id: str) -> DatasetDetail:
        return _detail(self.open(dataset_id))

    def add(
        self, files: Sequence[tuple[BinaryIO, str]], name: str | None, options: ImportOptions
    ) -> DatasetSummary:
        """Import uploaded files, with the names that they have, as one dataset; if refused, nothing stays."""
        with ExitStack() as stack:
            uploads = [Upload(stack.enter_context(self._on_disk(file)), named) for file, named in files]
            try:
                return _summary(self._store.add_files(uploads, name, options))
            except DataError as error:
                raise _bad_file(error) from None

    @contextmanager
    def _on_disk(self, file: BinaryIO) -> Iterator[Path]:
        """The upload under a name of ours, in the file system that the dataset will live in."""
        self._uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._uploads / uuid4().hex
        try:
            with path.open("xb") as target:
                shutil.copyfileobj(file, target, 1 << 20)
            yield path
        finally:
            path.unlink(missing_ok=True)

    def find(self, dataset_id: str | None) -> Dataset | None:
        """The dataset, or None where there is none of that id or it cannot be read."""
        try:
            return None if dataset_id is None else self.open(dataset_id)
        except Refusal:
            return None

    def open_for_training(self, dataset_id: str | None) -> Dataset | None:
        """As `open`, for an id inside of settings: there an unknown one makes the settings illegal, 422."""
        try:
            return None if dataset_id is None else self.open(dataset_id)
        except Refusal as refusal:
            raise invalid(f"{refusal.detail} Choose one of them in the training settings.") from None

    def delete(self, dataset_id: str, in_use: Container[str]) -> None:
        """Delete an uploaded dataset, even a damaged one; refused with 409 for those in use."""
        if _is_builtin(dataset_id):
            raise illegal_now(f"The dataset {dataset_id!r} comes with Wiregrad and cannot be deleted.")
        if dataset_id in in_use:
            raise illegal_now(
                "A run that has not ended reads this dataset. Stop it, then delete the dataset."
            )
        try:
            self._store.delete(dataset_id)
        except UnknownDataset as error:
            raise not_found(str(error)) from None

    def preview(self, dataset_id: str, offset: int, limit: int) -> DatasetPreview:
        dataset = self.open(dataset_id)
        rows = dataset.preview(min(limit, _affordable_rows(dataset)), offset)
        return DatasetPreview(
            offset=offset, rows=tuple({name: _cell(cell) for name, cell in row.items()} for row in rows)
        )

    def sample(self, dataset_id: str, index: int) -> DatasetSample:
        dataset = self.open(dataset_id)
        return DatasetSample(
            index=index, values={name: array.tolist() for name, array in take_sample(dataset, index).items()}
        )


def take_sample(dataset: Dataset, index: int) -> dict[str, Any]:
    """One sample's arrays by column, without the sample axis; there has to be such a sample, else 404."""
    if index >= dataset.size:
        raise not_found(
            f"{dataset.name} has the samples 0 to {dataset.size - 1}; there is no sample {index}."
        )
    columns = dataset.take(np.array([index]), list(dataset.columns))
    return {name: values[0] for name, values in columns.items()}


def _is_builtin(dataset_id: str) -> bool:
    return dataset_id in builtin()


def _summary(dataset: Dataset) -> DatasetSummary:
    columns = tuple(
        ColumnInfo(
            name=column.name,
            dtype=column.dtype,
            shape=column.shape,
            labels=column.labels,
            description=column.description,
        )
        for column in dataset.columns.values()
    )
    return DatasetSummary(
        id=dataset.id,
        name=dataset.name,
        description=dataset.description,
        attribution=dataset.attribution,
        builtin=_is_builtin(dataset.id),
        size=dataset.size,
        columns=columns,
    )


def _detail(dataset: Dataset) -> DatasetDetail:
    stored = dataset.stored
    return DatasetDetail(
        **dict(_summary(dataset)),
        sha256=dataset.sha256,
        bytes=stored.bytes if stored else None,
        created=stored.created if stored else None,
        origin=DatasetOrigin(**asdict(stored.origin)) if stored and stored.origin else None,
        statistics={
            name: ColumnStatistics.model_validate(asdict(found))
            for name, found in dataset.statistics().items()
        },
    )


def _affordable_rows(dataset: Dataset) -> int:
    numbers = sum(1 if column.is_picture else prod(column.shape) for column in dataset.columns.values())
    return max(1, PREVIEW_NUMBERS // max(numbers, 1))


def _cell(cell: Cell) -> JsonValue:
    """Pictures come as PNG bytes."""
    if isinstance(cell, bytes):
        return f"data:image/png;base64,{b64encode(cell).decode()}"
    return cell


def _bad_file(error: DataError) -> Refusal:
    problem = Problem(
        code="data",
        message=f"{error.place}: {error.message}" if error.place else error.message,
        remedy=error.remedy or "Correct the file and upload it again.",
    )
    return invalid(str(error), [problem])
