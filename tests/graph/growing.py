"""Grows a random legal graph node by node, over every kind of the catalogue.

Each node is tried before it stays: its kind must accept the inputs, and its results must be finite and of
moderate size, so that what is compared afterwards is arithmetic rather than overflow.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import numpy as np
from pydantic import ValidationError

from tests.graph.drawing import Drawing
from tests.graph.random_settings import some_settings
from tests.nodes.running import Array
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import topological
from wiregrad.nodes import (
    InputNode,
    MetricNode,
    Node,
    NodeProblem,
    OptimizerNode,
    OutputNode,
    StructureNode,
    ValueType,
    catalogue,
    initial_value,
    isolate,
)

BATCH = 3
LARGEST = 30.0
MOST_ELEMENTS = 3_000
OF_PROBABILITIES = ("binary_cross_entropy", "focal", "kl_divergence")
GROWING = [
    kind
    for kind in catalogue().values()
    if not issubclass(kind, StructureNode | OptimizerNode | OutputNode | MetricNode)
]


@dataclass(frozen=True)
class Grown:
    """An output port with what flows there."""

    node: str
    port: str
    type: ValueType
    array: Array

    def __str__(self) -> str:
        return f"{self.node}.{self.port}"


@dataclass
class Growth:
    """A graph, or the inside of a block, that is being drawn. `batch` has what its Inputs were fed with."""

    random: Random
    nodes: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    wires: list[str] = field(default_factory=list)
    pool: list[Grown] = field(default_factory=list)
    batch: dict[str, Array] = field(default_factory=dict)
    blocks: dict[str, Drawing] = field(default_factory=dict)
    inside: bool = False
    drawn: int = 0

    def __post_init__(self) -> None:
        self.generator = np.random.default_rng(self.random.getrandbits(32))

    @property
    def drawing(self) -> Drawing:
        return self.nodes, self.wires

    def grow(self, count: int) -> None:
        wanted = len(self.nodes) + count
        for _ in range(20 * count):
            if len(self.nodes) >= wanted:
                return
            self.add_some(self.random.choice(GROWING))

    def add_some(self, kind: type[Node]) -> None:
        """Try to feed a kind from what is there; else bring the inputs of one of its examples."""
        if self.inside and issubclass(kind, InputNode):
            return
        for _ in range(4):
            settings = some_settings(kind, self.random)
            try:
                node = kind.model_validate(settings)
            except ValidationError:
                continue
            sources = [self._any_source(optional=port.optional) for port in node.inputs()]
            if self.add(kind, settings, sources):
                return
        if not self.inside:
            example = self.random.choice(kind.examples)
            given = [None if value is None else self.source_of(value) for value in example.inputs]
            self.add(kind, dict(example.settings), given)

    def _any_source(self, *, optional: bool) -> Grown | None:
        if not self.pool or (optional and self.random.random() < 0.5):
            return None
        recent = self.pool[-6:] if self.random.random() < 0.7 else self.pool
        return self.random.choice(recent)

    def source_of(self, value: ValueType) -> Grown:
        """A value of exactly this type: one that is there, or a new source."""
        there = [grown for grown in self.pool if grown.type == value]
        if there and self.random.random() < 0.7:
            return self.random.choice(there)
        settings: dict[str, Any] = {"shape": list(value.shape), "dtype": value.dtype}
        if value.batched:
            return self.add(catalogue()["Input"], settings, [])[0]
        if value.is_float and self.random.random() < 0.7:
            shape = {"shape": list(value.shape), "initializer": "uniform"}
            return self.add(catalogue()["Parameter"], shape, [])[0]
        literal = {"values": self.numbers(value, value.shape).tolist(), "dtype": value.dtype}
        return self.add(catalogue()["Constant"], literal, [])[0]

    def numbers(self, value: ValueType, shape: Sequence[int]) -> Array:
        """Floats away from zero, class numbers from 0 to 2."""
        if value.dtype == "bool":
            return self.generator.integers(0, 2, shape).astype(bool)
        if value.dtype == "int64":
            return self.generator.integers(0, 3, shape)
        signs = self.generator.choice([-1.0, 1.0], shape)
        return np.round(np.asarray(self.generator.uniform(0.2, 1.5, shape) * signs), 4)

    def add(
        self, kind: type[Node], settings: Mapping[str, Any], sources: Sequence[Grown | None]
    ) -> list[Grown]:
        """The new outputs; nothing if the node cannot be, or is not worth comparing."""
        node_id = self.fresh_id()
        given = dict(settings)
        if issubclass(kind, InputNode | OutputNode):
            given["name"] = node_id
        try:
            node = kind.model_validate(given)
            arrays = self._results(node, sources)
            types = node.infer(*_types(sources))
        except (NodeProblem, ValidationError, Unfit):
            return []
        self.draw(node_id, kind.kind(), given)
        for port, source in zip(node.inputs(), sources, strict=True):
            if source is not None:
                self.wires.append(f"{source} -> {node_id}.{port.name}")
        if isinstance(node, InputNode):
            self.batch[node_id] = arrays[0]
        grown = [
            Grown(node_id, port.name, value, array)
            for port, value, array in zip(node.outputs(), types, arrays, strict=True)
        ]
        self.pool += grown
        return grown

    def fresh_id(self) -> str:
        self.drawn += 1
        return f"n{self.drawn}"

    def draw(self, node_id: str, kind: str, settings: dict[str, Any]) -> None:
        self.nodes[node_id] = (kind, settings)

    def _results(self, node: Node, sources: Sequence[Grown | None]) -> list[Array]:
        types = _types(sources)
        if any(value is None and not port.optional for value, port in zip(types, node.inputs(), strict=True)):
            raise Unfit
        promised = node.infer(*types)
        specs = node.parameters(*types)
        _check_domain(node, sources)
        elements = [value.size for value in promised] + [spec.size for spec in specs.values()]
        if sum(elements) > MOST_ELEMENTS:
            raise Unfit
        alone = isolate(node, types, batch_size=BATCH, float_dtype="float64")
        if sources and any(value is alone.build.seed for value in topological(alone.outputs)):
            _check_mask(node, types)
        feed: dict[str, Array] = {"seed": np.asarray(0, np.uint64), "step": np.asarray(1, np.int64)}
        for port, source in zip(node.inputs(), sources, strict=True):
            if source is not None:
                feed[f"input {port.name}"] = source.array
        for name, spec in specs.items():
            feed[name] = initial_value(spec, self.generator)
        if isinstance(node, InputNode):
            (value,) = promised
            feed[node.input_name] = self.numbers(value, (BATCH, *value.shape))
        arrays = evaluate(alone.outputs, feed)
        if isinstance(node, OptimizerNode):
            _check_finite(evaluate([node.objective(alone.build, *alone.inputs)], feed))
        _check_finite(arrays)
        return arrays

    @property
    def others(self) -> list[str]:
        """All nodes but the Optimizers, which may yet be taken out."""
        return [node_id for node_id, (kind, _) in self.nodes.items() if kind != "Optimizer"]

    @property
    def floats(self) -> list[Grown]:
        return [grown for grown in self.pool if grown.type.is_float]


def _types(sources: Sequence[Grown | None]) -> tuple[ValueType | None, ...]:
    return tuple(None if source is None else source.type for source in sources)


class Unfit(Exception):  # noqa: N818 - no error: another node is tried
    """The node would be legal, but there is nothing to compare it by."""


def _check_finite(arrays: Sequence[Array]) -> None:
    if not all(np.isfinite(array).all() and (np.abs(array) < LARGEST).all() for array in arrays):
        raise Unfit


def _check_domain(node: Node, sources: Sequence[Grown | None]) -> None:
    """Losses of probabilities mean nothing beyond 0 and 1; a module of PyTorch takes inputs of one rank."""
    settings = node.model_dump()
    given = {port.name: source for port, source in zip(node.inputs(), sources, strict=True) if source}
    target = given.get("target")
    chosen = settings.get("loss_function", settings.get("loss"))
    if chosen in OF_PROBABILITIES and target and not ((target.array >= 0) & (target.array <= 1)).all():
        raise Unfit
    if node.kind() == "Pow" and (given["a"].array <= 0).any():
        raise Unfit  # an exponent that is whole but for rounding decides between a number and NaN
    if settings.get("connections", 1) > 1 and len({source.type.rank for source in given.values()}) > 1:
        raise Unfit


def _check_mask(node: Node, types: Sequence[ValueType | None]) -> None:
    """Random numbers of ours can be given to PyTorch where all they do is multiply a value."""
    if node.kind() != "Dropout" or len(types) != 1:
        raise Unfit
