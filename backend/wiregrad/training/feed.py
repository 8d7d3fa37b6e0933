"""Batches of a bound dataset, by step number: nothing to remember, so a run can go on from any step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.augmentation import Chain, blend
from wiregrad.data.batching import batches, epoch_order
from wiregrad.graph.document import TrainingSettings
from wiregrad.training.ahead import Ahead
from wiregrad.training.binding import Binding
from wiregrad.training.memory import RESIDENT_BYTES

Array = NDArray[Any]
Arrays = Mapping[str, Array]
Batch = Mapping[str, Array]
Positions = NDArray[np.int64]


@dataclass(frozen=True)
class Samples:
    """Some samples of a bound dataset, as arrays by input name."""

    binding: Binding
    indices: Positions
    float_dtype: str

    def __len__(self) -> int:
        return len(self.indices)

    def take(self, positions: Positions) -> dict[str, Array]:
        """The samples at these positions within `indices`, in the Inputs' shapes and dtypes, normalized."""
        return self.conformed(self.columns(positions))

    def columns(self, positions: Positions) -> dict[str, Array]:
        """The same samples as the dataset has them, by column."""
        names = list(dict.fromkeys(bound.column for bound in self.binding.inputs.values()))
        return self.binding.dataset.take(self.indices[positions], names)

    def conformed(self, columns: Arrays) -> dict[str, Array]:
        return {
            name: bound.values(columns[bound.column], self.float_dtype, self.binding.scale_of(bound.column))
            for name, bound in self.binding.inputs.items()
        }

    @property
    def sample_bytes(self) -> int:
        return sum(bound.value.size * 8 for bound in self.binding.inputs.values())


class Feed:
    """The batch of every step of a run. Steps and epochs count from 0 here.

    Batches that take work, because they are read from the disk or their samples are changed at random, are
    made ahead in a thread, which `close` ends. They are the same batches either way.
    """

    def __init__(self, samples: Samples, settings: TrainingSettings) -> None:
        self._samples = samples
        self._settings = settings
        self._chain = Chain.of(samples.binding.dataset, settings.augmentation, settings.seed)
        self._resident = self._read_all() if len(samples) * samples.sample_bytes <= RESIDENT_BYTES else None
        self._epoch = -1
        self._batches: list[Positions] = []
        takes_work = self._resident is None or bool(self._chain)
        self._ahead = Ahead(self.made) if takes_work else None

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self._samples) // self._settings.batch_size)

    def batch(self, step: int) -> Batch:
        """What `made` gives, which may be ready already."""
        return self.made(step) if self._ahead is None else self._ahead.get(step)

    def made(self, step: int) -> Batch:
        """The batch of a step, made now."""
        epoch, position = divmod(step, self.steps_per_epoch)
        if epoch != self._epoch:
            self._begin(epoch)
        positions = self._batches[position]
        return self._mixed(positions, epoch) if self._chain.mix else self._changed(positions, epoch)

    def batch_size(self, step: int) -> int:
        last = step % self.steps_per_epoch == self.steps_per_epoch - 1
        rest = len(self._samples) - (self.steps_per_epoch - 1) * self._settings.batch_size
        return rest if last else self._settings.batch_size

    def close(self) -> None:
        """End the thread that makes batches, if there is one."""
        if self._ahead is not None:
            self._ahead.close()

    def _begin(self, epoch: int) -> None:
        order = epoch_order(len(self._samples), self._settings.seed, epoch, self._settings.shuffle)
        self._epoch, self._batches = epoch, list(batches(order, self._settings.batch_size))

    def _read_all(self) -> dict[str, Array]:
        """As batches are made of them: what random changes start from is the dataset's own numbers."""
        everything = np.arange(len(self._samples))
        return self._samples.columns(everything) if self._chain else self._samples.take(everything)

    def _changed(self, positions: Positions, epoch: int) -> dict[str, Array]:
        if not self._chain:
            return self._samples.take(positions) if self._resident is None else _at(self._resident, positions)
        found = self._samples.columns(positions) if self._resident is None else _at(self._resident, positions)
        changed = self._chain.changed(found, self._samples.indices[positions], epoch)
        return self._samples.conformed(changed)

    def _mixed(self, positions: Positions, epoch: int) -> dict[str, Array]:
        """Each sample and its partner, as they look in this epoch, in the proportion that chance gives."""
        partners, shares = self._chain.partners(self._samples.indices[positions], epoch, len(self._samples))
        both = self._changed(np.concatenate([positions, partners]), epoch)
        return {name: blend(array, shares) for name, array in both.items()}


def _at(arrays: Arrays, positions: Positions) -> dict[str, Array]:
    return {name: array[positions] for name, array in arrays.items()}


def in_order(samples: Samples, batch_size: int) -> Iterator[Batch]:
    """All samples once, in their order, for measuring."""
    for positions in batches(np.arange(len(samples), dtype=np.int64), batch_size):
        yield samples.take(positions)
