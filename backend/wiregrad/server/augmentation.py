"""Augmentations in the words of the API: their kinds, and what they do to pictures."""

from base64 import b64encode

from wiregrad.data.augmentation import PicturePreview, faults, preview
from wiregrad.data.dataset import Dataset
from wiregrad.data.errors import DataError
from wiregrad.graph.report import Problem
from wiregrad.server.errors import invalid, not_found
from wiregrad.server.schema.augmentation import (
    AugmentationPreview,
    AugmentationPreviewRequest,
    AugmentedPicture,
)


def augmentation_preview(dataset: Dataset, request: AugmentationPreviewRequest) -> AugmentationPreview:
    """Refused with 404 for a sample that is not there, with 422 for what cannot be applied."""
    if max(request.samples) >= dataset.size:
        raise not_found(
            f"{dataset.name} has the samples 0 to {dataset.size - 1}; "
            f"there is no sample {max(request.samples)}."
        )
    problems = [_problem(fault) for fault in faults(dataset, request.augmentation)]
    if problems:
        raise invalid(problems[0].message, problems)
    shown = preview(dataset, request.augmentation, request.samples, request.seed, request.variants)
    return AugmentationPreview(pictures=tuple(map(_picture, shown)))


def _picture(shown: PicturePreview) -> AugmentedPicture:
    return AugmentedPicture(
        sample=shown.sample,
        column=shown.column,
        before=_data_url(shown.before),
        after=tuple(map(_data_url, shown.after)),
    )


def _data_url(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"


def _problem(fault: DataError) -> Problem:
    return Problem(code="augmentation", message=fault.message, remedy=fault.remedy or "Correct the setting.")
