"""The augmentations of a training, in their order, applied to batches of its samples."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from wiregrad.data.augmentation._catalogue import augmentation_kinds
from wiregrad.data.augmentation._kind import AugmentationKind, PictureChange, Pictures, SampleMix
from wiregrad.data.dataset import Dataset
from wiregrad.data.errors import DataError
from wiregrad.data.sample_draws import SampleDraws
from wiregrad.graph.document import Augmentation

_PLACE_OF_THE_MIX = 1023


@dataclass(frozen=True)
class _Step:
    """`low` and `high` are what the column holds for black and white."""

    place: int
    column: str
    change: PictureChange
    low: float
    high: float

    def apply(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        if (self.low, self.high) == (0.0, 1.0):
            return self.change.apply(pictures, draws)
        span = np.float32(self.high - self.low)
        return self.change.apply((pictures - np.float32(self.low)) / span, draws) * span + np.float32(
            self.low
        )


@dataclass(frozen=True)
class Chain:
    """Pure functions of seed, epoch and sample: a batch, its order and its neighbors do not matter."""

    steps: tuple[_Step, ...]
    mix: SampleMix | None
    seed: int

    @classmethod
    def of(cls, dataset: Dataset, augmentations: Sequence[Augmentation], seed: int) -> "Chain":
        """The chain for the columns of this dataset; the first fault is raised as a DataError."""
        for fault in faults(dataset, augmentations):
            raise fault
        kinds = [parsed(augmentation) for augmentation in augmentations]
        steps = tuple(
            _Step(place, chosen.column, kind, *dataset.display_range(dataset.column(chosen.column)))
            for place, (chosen, kind) in enumerate(zip(augmentations, kinds, strict=True))
            if isinstance(kind, PictureChange)
        )
        return cls(steps, next((kind for kind in kinds if isinstance(kind, SampleMix)), None), seed)

    def __bool__(self) -> bool:
        return bool(self.steps) or self.mix is not None

    def changed(
        self, columns: Mapping[str, NDArray[Any]], samples: NDArray[np.int64], epoch: int
    ) -> dict[str, NDArray[Any]]:
        """The columns of these samples, by their numbers in the dataset, as they look in this epoch."""
        arrays = dict(columns)
        for step in self.steps:
            if step.column in arrays:
                draws = SampleDraws.of(self.seed, epoch, step.place, samples)
                arrays[step.column] = step.apply(arrays[step.column], draws)
        return arrays

    def partners(
        self, samples: NDArray[np.int64], epoch: int, count: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """For each sample the position, below `count`, of the one mixed into it, and that one's share."""
        if self.mix is None:
            raise ValueError("expected a chain that mixes samples; got one that does not")
        draws = SampleDraws.of(self.seed, epoch, _PLACE_OF_THE_MIX, samples)
        return draws.integers(0, count - 1), self.mix.shares(draws)


def parsed(augmentation: Augmentation) -> AugmentationKind:
    """The kind with its settings.

    Raises:
        DataError: no such kind, or a setting that it does not have or that is out of its bounds.

    """
    kind = augmentation_kinds().get(augmentation.kind)
    if kind is None:
        raise DataError(
            f"There is no augmentation {augmentation.kind!r}; "
            f"expected one of: {', '.join(augmentation_kinds())}.",
            column=augmentation.column,
            remedy="Choose one of them, or remove it.",
        )
    try:
        return kind.model_validate(augmentation.settings)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DataError(
            f"The setting {place!r} of the augmentation {kind.title} is not legal: {first['msg']}; "
            f"got {first['input']!r}.",
            column=augmentation.column,
            remedy="Correct the setting, or put it back to its default.",
        ) from None


def faults(dataset: Dataset, augmentations: Sequence[Augmentation]) -> Iterator[DataError]:
    """Everything that keeps these augmentations from being applied to this dataset."""
    for number, augmentation in enumerate(augmentations):
        try:
            kind = parsed(augmentation)
        except DataError as error:
            yield error
            continue
        is_last = number == len(augmentations) - 1
        yield from _column_faults(dataset, augmentation.column, kind)
        if isinstance(kind, SampleMix) and not is_last:
            yield DataError(
                f"{kind.title} mixes whole samples and has to be the last augmentation, once.",
                column=augmentation.column,
                remedy="Move it to the end of the list.",
            )


def _column_faults(dataset: Dataset, name: str, kind: AugmentationKind) -> Iterator[DataError]:
    pictures = [column.name for column in dataset.columns.values() if column.is_picture]
    if name not in dataset.columns:
        yield DataError(
            f"The augmentation {kind.title} is for a column that {dataset.name} does not have: {name!r}.",
            remedy=f"Choose a column with pictures: {_listed(pictures)}.",
        )
    elif name not in pictures:
        yield DataError(
            f"The augmentation {kind.title} changes pictures, and this column of {dataset.name} has none.",
            column=name,
            remedy=f"Choose a column with pictures: {_listed(pictures)}.",
        )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "there is none in this data"
