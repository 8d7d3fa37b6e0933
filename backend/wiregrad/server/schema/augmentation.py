"""Seeing what augmentations do before training with them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from wiregrad.graph.document import Augmentation
from wiregrad.server.schema.base import Answer, Ask

PICTURES_IN_A_PREVIEW = 64


class AugmentationPreviewRequest(Ask):
    """Which samples to show, by their numbers, each as it looks in so many epochs of a run with this seed."""

    augmentation: Annotated[tuple[Augmentation, ...], Field(min_length=1, max_length=100)]
    samples: Annotated[tuple[Annotated[int, Field(ge=0, lt=2**53)], ...], Field(min_length=1, max_length=16)]
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    variants: Annotated[int, Field(ge=1, le=16)] = 4

    @model_validator(mode="after")
    def _is_affordable(self) -> Self:
        if len(self.samples) * self.variants > PICTURES_IN_A_PREVIEW:
            raise ValueError(
                f"expected at most {PICTURES_IN_A_PREVIEW} pictures; "
                f"got {len(self.samples)} samples with {self.variants} variants each"
            )
        return self


class AugmentedPicture(Answer):
    """A sample's picture before and after, as `data:image/png` URLs; one after for each variant."""

    sample: int
    column: str
    before: str
    after: tuple[str, ...]


class AugmentationPreview(Answer):
    """By sample, in the order of the request, and by column with pictures that are changed."""

    pictures: tuple[AugmentedPicture, ...]
