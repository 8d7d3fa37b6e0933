from fastapi import APIRouter

from wiregrad.data.augmentation import AugmentationDescription, describe_augmentations
from wiregrad.server.augmentation import augmentation_preview
from wiregrad.server.deps import DatasetsDep
from wiregrad.server.errors import refusals
from wiregrad.server.schema.augmentation import AugmentationPreview, AugmentationPreviewRequest
from wiregrad.server.schema.datasets import DatasetId
from wiregrad.server.security.json_body import StrictRoute

router = APIRouter(tags=["datasets"], route_class=StrictRoute)


@router.get("/augmentations", operation_id="listAugmentations", responses=refusals())
def list_augmentations() -> tuple[AugmentationDescription, ...]:
    """Every kind of random change of training samples: its settings as JSON Schema, and help."""
    return describe_augmentations()


@router.post(
    "/datasets/{dataset_id}/augmentation-preview",
    operation_id="previewAugmentation",
    responses=refusals(400, 404, 413, 415, 422),
)
def preview_augmentation(
    dataset_id: DatasetId, request: AugmentationPreviewRequest, datasets: DatasetsDep
) -> AugmentationPreview:
    """What a run with these augmentations and this seed makes of some samples in its first epochs."""
    return augmentation_preview(datasets.open(dataset_id), request)
