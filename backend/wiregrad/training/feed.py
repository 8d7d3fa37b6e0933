"""Batches of a bound dataset, by step number: nothing to remember, so a run can go on from any step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.batching import batches, epoch_order
from wiregrad.graph.document import TrainingSettings
from wiregrad.training.binding import Binding

Array = NDArray[Any]
Batch = Mapping[str, Array]

RESIDENT_BYTES = 1 << 29
"""A training split up to this size is read once and kept; a larger one is read batch by batch."""


@dataclass(frozen=True)
class Samples:
    """Some samples of a bound dataset, as arrays by input name."""

    binding: Binding
    indices: NDArray[np.int64]
    float_dtype: str

    def __len__(self) -> int:
        return len(self.indices)

    def take(self, positions: NDArray[np.int64]) -> dict[str, Array]:
        """The samples at these positions within `indices`, in the Inputs' shapes and dtypes."""
        inputs = self.binding.inputs
        columns = list(dict.fromkeys(bound.column for bound in inputs.values()))
        taken = self.binding.dataset.take(self.indices[positions], columns)
        return {
            name: self._conformed(taken[bound.column], bound.value.dtype, bound.value.shape)
            for name, bound in inputs.items()
        }

    def _conformed(self, column: Array, dtype: str, shape: tuple[int, ...]) -> Array:
        wanted = self.float_dtype if dtype == "float32" else dtype
        return column.astype(wanted, copy=False).reshape(len(column), *shape)

    @property
    def sample_bytes(self) -> int:
        return sum(bound.value.size * 8 for bound in self.binding.inputs.values())


class Feed:
    """The batch of every step of a run. Steps and epochs count from 0 here."""

    def __init__(self, samples: Samples, settings: TrainingSettings) -> None:
        self._samples = samples
        self._settings = settings
        self._resident = self._read_all() if len(samples) * samples.sample_bytes <= RESIDENT_BYTES else None
        self._epoch = -1
        self._batches: list[NDArray[np.int64]] = []

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self._samples) // self._settings.batch_size)

    def batch(self, step: int) -> Batch:
        epoch, position = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            self._begin(epoch)
        positions = self._batches[position]
        if self._resident is None:
            return self._samples.take(positions)
        return {name: array[positions] for name, array in self._resident.items()}

    def batch_size(self, step: int) -> int:
        last = step % self.steps_per_epoch == self.steps_per_epoch - 1
        rest = len(self._samples) - (self.steps_per_epoch - 1) * self._settings.batch_size
        return rest if last else self._settings.batch_size

    def _begin(self, epoch: int) -> None:
        order = epoch_order(len(self._samples), self._settings.seed, epoch, self._settings.shuffle)
        self._epoch, self._batches = epoch, list(batches(order, self._settings.batch_size))

    def _read_all(self) -> dict[str, Array]:
        return self._samples.take(np.arange(len(self._samples)))


def in_order(samples: Samples, batch_size: int) -> Iterator[Batch]:
    """All samples once, in their order, for measuring."""
    for positions in batches(np.arange(len(samples), dtype=np.int64), batch_size):
        yield samples.take(positions)
