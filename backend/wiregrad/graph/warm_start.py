"""Which weights of another training fit into a program: those of the same node, name and shape."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wiregrad.graph.layout import Array, Arrays
from wiregrad.graph.lowering import TensorName
from wiregrad.graph.state import TENSOR

NAMES_SAID = 5


@dataclass(frozen=True, slots=True)
class Fit:
    """Names of tensors: taken over, of another shape there, not there, and there but not wanted here."""

    taken: tuple[TensorName, ...]
    other_shape: tuple[TensorName, ...]
    missing: tuple[TensorName, ...]
    unused: tuple[TensorName, ...]

    def in_words(self) -> str:
        """A sentence or two for the person who asked for these weights."""
        total = len(self.taken) + len(self.other_shape) + len(self.missing)
        said = [f"Took {len(self.taken)} of {total} tensors from the earlier weights."]
        for names, why in (
            (self.other_shape, "have another shape there"),
            (self.missing, "are not there"),
            (self.unused, "of the earlier weights have no place here"),
        ):
            if names:
                said.append(f"{len(names)} {why}: {_some(names)}.")
        return " ".join(said)


def fit(initial: Arrays, source: Arrays) -> tuple[dict[TensorName, Array], Fit]:
    """The initial tensors with those of `source` over them that have the same name and shape.

    Names in `source` are `node.tensor`, or `tensor/node.tensor` as in `State.arrays()`; what else is in it,
    such as an optimizer's memory, is left alone.
    """
    there = _weights(source)
    common = [name for name in initial if name in there]
    taken = tuple(name for name in common if there[name].shape == initial[name].shape)
    weights = {name: np.array(there[name], initial[name].dtype) for name in taken}
    found = Fit(
        taken=taken,
        other_shape=tuple(name for name in common if name not in weights),
        missing=tuple(name for name in initial if name not in there),
        unused=tuple(name for name in there if name not in initial),
    )
    return {**initial, **weights}, found


def _weights(source: Arrays) -> Mapping[TensorName, Array]:
    in_state = {name[len(TENSOR) :]: array for name, array in source.items() if name.startswith(TENSOR)}
    return in_state or source


def _some(names: tuple[TensorName, ...]) -> str:
    more = f" and {len(names) - NAMES_SAID} more" if len(names) > NAMES_SAID else ""
    return ", ".join(names[:NAMES_SAID]) + more
