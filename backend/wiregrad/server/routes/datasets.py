from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile, status
from pydantic import Field, Json

from wiregrad.data.importing import ImportOptions
from wiregrad.server.deps import DatasetsDep, RunsDep
from wiregrad.server.errors import refusals
from wiregrad.server.limits import FORM_FIELD, PREVIEW_ROWS, UPLOAD_BODY, UPLOADED_FILES
from wiregrad.server.schema.datasets import (
    DatasetDetail,
    DatasetId,
    DatasetPreview,
    DatasetSample,
    DatasetSummary,
)
from wiregrad.server.security.json_body import StrictRoute

router = APIRouter(prefix="/datasets", tags=["datasets"], route_class=StrictRoute)


@router.get("", operation_id="listDatasets", responses=refusals())
def list_datasets(datasets: DatasetsDep) -> list[DatasetSummary]:
    """The built-in datasets and the uploaded ones."""
    return datasets.summaries()


@router.post(
    "",
    operation_id="uploadDataset",
    status_code=status.HTTP_201_CREATED,
    responses=refusals(400, 413, 415, 422),
    max_body_size=UPLOAD_BODY,
    form_limits={"max_files": UPLOADED_FILES, "max_fields": 2, "max_part_size": FORM_FIELD},
)
def upload_dataset(
    file: Annotated[list[UploadFile], File(description="One file, or the IDX files of one dataset.")],
    datasets: DatasetsDep,
    name: Annotated[str | None, Form(max_length=128)] = None,
    options: Annotated[Json[ImportOptions] | None, Form(description="How to read it, as JSON.")] = None,
) -> DatasetSummary:
    """Import a table, arrays, a text, IDX files, or a zip of class folders with pictures."""
    return datasets.add([(each.file, each.filename or "") for each in file], name, options or ImportOptions())


@router.get("/{dataset_id}", operation_id="getDataset", responses=refusals(404, 422))
def get_dataset(dataset_id: DatasetId, datasets: DatasetsDep) -> DatasetDetail:
    """Columns, statistics with histograms and class counts, digest, size on the disk and origin."""
    return datasets.detail(dataset_id)


@router.delete(
    "/{dataset_id}",
    operation_id="deleteDataset",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(404, 409, 422),
)
def delete_dataset(dataset_id: DatasetId, datasets: DatasetsDep, runs: RunsDep) -> None:
    """Delete an uploaded dataset; 409 for one that comes with Wiregrad or that a live run reads."""
    datasets.delete(dataset_id, in_use=runs.datasets_in_use())


@router.get("/{dataset_id}/preview", operation_id="previewDataset", responses=refusals(404, 422))
def preview_dataset(
    dataset_id: DatasetId,
    datasets: DatasetsDep,
    offset: Annotated[int, Query(ge=0, lt=2**53)] = 0,
    limit: Annotated[int, Query(ge=0, le=PREVIEW_ROWS)] = 20,
) -> DatasetPreview:
    """Some samples in their order, with pictures as PNG data URLs; none beyond the last."""
    return datasets.preview(dataset_id, offset, limit)


@router.get("/{dataset_id}/samples/{index}", operation_id="getSample", responses=refusals(404, 422))
def get_sample(
    dataset_id: DatasetId, index: Annotated[int, Field(ge=0, lt=2**53)], datasets: DatasetsDep
) -> DatasetSample:
    """One sample's raw numbers."""
    return datasets.sample(dataset_id, index)
