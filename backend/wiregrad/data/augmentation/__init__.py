"""Random changes of training samples: one file per kind, found by looking in this folder."""

from wiregrad.data.augmentation._catalogue import (
    AugmentationDescription,
    augmentation_kinds,
    describe_augmentations,
)
from wiregrad.data.augmentation._chain import Chain, faults, parsed
from wiregrad.data.augmentation._kind import AugmentationKind, PictureChange, Pictures, SampleMix
from wiregrad.data.augmentation._mixing import blend
from wiregrad.data.augmentation._preview import PicturePreview, preview

__all__ = [
    "AugmentationDescription",
    "AugmentationKind",
    "Chain",
    "PictureChange",
    "PicturePreview",
    "Pictures",
    "SampleMix",
    "augmentation_kinds",
    "blend",
    "describe_augmentations",
    "faults",
    "parsed",
    "preview",
]
