"""Where a graph's tensors live: trainable ones side by side in flat segments, the rest one by one.

Tensors that the same Optimizers change share a segment, so that an update is one pass over flat memory.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.graph.ends import Ends
from wiregrad.graph.gradients import GradientFlow
from wiregrad.graph.lowering import FloatDType, TensorName, random_stream, tensor_name
from wiregrad.graph.resolution import Resolution
from wiregrad.nodes import ParameterSpec, initial_value

Array = NDArray[Any]
Arrays = Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Segment:
    """A flat run of tensors; `optimizers` are the names of those that change it, in step order."""

    name: str
    tensors: tuple[TensorName, ...]
    shapes: tuple[tuple[int, ...], ...]
    optimizers: tuple[str, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(prod(shape) for shape in self.shapes)

    @property
    def size(self) -> int:
        return sum(self.sizes)

    def offsets(self) -> Iterable[tuple[TensorName, tuple[int, ...], int, int]]:
        """Name, shape, start and stop of each tensor."""
        start = 0
        for name, shape, size in zip(self.tensors, self.shapes, self.sizes, strict=True):
            yield name, shape, start, start + size
            start += size

    def split(self, flat: Value) -> dict[TensorName, Value]:
        return {
            name: ops.reshape(ops.slice(flat, (start,), (stop,), (1,)), shape)
            for name, shape, start, stop in self.offsets()
        }

    def join(self, tensors: Iterable[Value]) -> Value:
        """The inverse of `split`."""
        flat = [ops.reshape(tensor, (tensor.size,)) for tensor in tensors]
        return ops.concat(flat, 0) if len(flat) > 1 else flat[0]

    def unpack(self, flat: Array) -> dict[TensorName, Array]:
        """Views of each tensor in a flat array."""
        return {name: flat[start:stop].reshape(shape) for name, shape, start, stop in self.offsets()}

    def pack(self, tensors: Arrays) -> Array:
        """The inverse of `unpack`."""
        return np.concatenate([np.ravel(tensors[name]) for name in self.tensors])


@dataclass(frozen=True, slots=True)
class TensorLayout:
    """Every tensor of a graph: in a segment if some Optimizer changes it, else loose."""

    specs: Mapping[TensorName, ParameterSpec]
    segments: tuple[Segment, ...]
    loose: tuple[TensorName, ...]

    def initial(self, seed: int, dtype: FloatDType) -> dict[TensorName, Array]:
        """Starting values; a tensor's numbers depend on the seed and its own name only."""
        return {
            name: initial_value(spec, _generator(seed, name)).astype(dtype)
            for name, spec in self.specs.items()
        }

    def segments_of(self, optimizer: str) -> tuple[Segment, ...]:
        return tuple(segment for segment in self.segments if optimizer in segment.optimizers)


def lay_out(resolution: Resolution, ends: Ends, flow: GradientFlow) -> TensorLayout:
    specs = {
        tensor_name(node, name): spec
        for node in resolution.nodes.values()
        for name, spec in node.parameters.items()
    }
    changed_by: dict[TensorName, list[str]] = defaultdict(list)
    for end in ends.optimizers:
        for name in flow.tensors_changed_by(end):
            changed_by[name].append(end.name)
    groups: dict[tuple[str, ...], list[TensorName]] = defaultdict(list)
    for name in specs:
        if changed_by[name]:
            groups[tuple(changed_by[name])].append(name)
    segments = tuple(
        Segment(f"segment/{index}", tuple(names), tuple(specs[name].shape for name in names), optimizers)
        for index, (optimizers, names) in enumerate(groups.items())
    )
    return TensorLayout(specs, segments, tuple(name for name in specs if not changed_by[name]))


def _generator(seed: int, name: TensorName) -> np.random.Generator:
    key = np.array([seed, random_stream(name)], np.uint64)
    return np.random.Generator(np.random.Philox(key=key))
