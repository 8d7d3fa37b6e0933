"""The random numbers of a training step, which PyTorch has to be told to find the same."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tests.nodes.running import Array
from wiregrad.engine import ops
from wiregrad.engine.interpreter import evaluate
from wiregrad.graph import GraphDocument, Program, State
from wiregrad.graph.check import analyze
from wiregrad.graph.lowering import random_stream
from wiregrad.graph.resolution import ResolvedNode
from wiregrad.nodes import isolate

DRAWING = ("Random", "Dropout")


def numbers_drawn(
    program: Program, document: GraphDocument, state: State, batch: Mapping[str, Array]
) -> dict[str, Array]:
    """What the next step draws, by node: the numbers of a Random, the factors of a Dropout."""
    nodes = [node for node in analyze(document).resolution.nodes.values() if node.node.kind() in DRAWING]
    if not nodes:
        return {}
    values = program.trace(state, batch).values
    given = {node.id: values[f"{node.id}.output"] for node in nodes}
    return {
        node.id: _factors(node, state, given[node.id]) if node.node.kind() == "Dropout" else given[node.id]
        for node in nodes
    }


def _factors(node: ResolvedNode, state: State, like: Array) -> Array:
    """What it makes of ones: what it makes of zeros would not tell."""
    build = replace(
        isolate(node.node, node.input_types).build,
        seed=ops.constant(state.seed, "uint64"),
        step=ops.constant(state.step + 1, "int64"),
        stream=random_stream(node.id),
    )
    return evaluate(node.node.build(build, ops.constant(np.ones(like.shape), "float64")), {})[0]
