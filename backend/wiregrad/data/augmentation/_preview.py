"""What augmentations do to some pictures, to be looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.augmentation._chain import Chain
from wiregrad.data.augmentation._mixing import blend
from wiregrad.data.dataset import PIXEL_LEVELS, Column, Dataset
from wiregrad.data.pictures import write_png
from wiregrad.graph.document import Augmentation


@dataclass(frozen=True)
class PicturePreview:
    """A sample's picture as the dataset has it, and as it looks in the first epochs of a run; PNG files."""

    sample: int
    column: str
    before: bytes
    after: tuple[bytes, ...]


def preview(
    dataset: Dataset, augmentations: Sequence[Augmentation], samples: Sequence[int], seed: int, variants: int
) -> list[PicturePreview]:
    """Show what epochs 0 to `variants` - 1 of a run with this seed make of these samples.

    Samples are numbers in the dataset. What is mixed in comes from the whole dataset here.

    Raises:
        DataError: an augmentation that cannot be applied to this dataset.
        IndexError: a sample that the dataset does not have.

    """
    chain = Chain.of(dataset, augmentations, seed)
    numbers = np.asarray(samples, dtype=np.int64)
    named = dict.fromkeys(augmentation.column for augmentation in augmentations)
    columns = [dataset.column(name) for name in named]
    before = dataset.take(numbers, list(named))
    epochs = [_epoch(dataset, chain, numbers, list(named), epoch) for epoch in range(variants)]
    return [
        PicturePreview(
            sample=int(sample),
            column=column.name,
            before=_png(dataset, column, before[column.name][row]),
            after=tuple(_png(dataset, column, pictures[column.name][row]) for pictures in epochs),
        )
        for row, sample in enumerate(samples)
        for column in columns
    ]


def _epoch(
    dataset: Dataset, chain: Chain, samples: NDArray[np.int64], columns: list[str], epoch: int
) -> dict[str, NDArray[Any]]:
    if chain.mix is None:
        return chain.changed(dataset.take(samples, columns), samples, epoch)
    partners, shares = chain.partners(samples, epoch, dataset.size)
    both = np.concatenate([samples, partners])
    changed = chain.changed(dataset.take(both, columns), both, epoch)
    return {name: blend(array, shares) for name, array in changed.items()}


def _png(dataset: Dataset, column: Column, picture: NDArray[Any]) -> bytes:
    low, high = dataset.display_range(column)
    levels = np.clip((picture - low) / (high - low), 0, 1) * PIXEL_LEVELS
    return write_png(np.rint(levels).astype(np.uint8))
