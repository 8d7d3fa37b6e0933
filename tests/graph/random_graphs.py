"""Random legal graphs over the whole catalogue, and a long run that compares many of them with PyTorch.

python -m tests.graph.random_graphs --count 2000 --seed 0 [--backend llvm]
"""

import runpy
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

from tests.graph.drawing import draw
from tests.graph.growing import Grown, Growth
from tests.graph.random_settings import drawn, properties_of
from tests.nodes.running import Array
from wiregrad.graph import Graph
from wiregrad.graph.document import TrainingSettings
from wiregrad.nodes import MetricNode, OutputNode, ValueType, catalogue

NOT_IN_PYTORCH = {"lion"}
FOR_MATRICES_ONLY = {"muon"}
STEADY_EPSILON = 1e-3
"""A gradient that is zero but for rounding must not be blown up to a step of full size."""


@dataclass(frozen=True)
class RandomGraph:
    """A legal graph, and a batch for its Inputs."""

    graph: Graph
    batch: dict[str, Array]

    def __repr__(self) -> str:
        return f"RandomGraph({self.graph.document.to_json()})"


def random_graph(random: Random) -> RandomGraph:
    growth = Growth(random)
    growth.source_of(ValueType("float32", (random.randint(1, 4),), True))
    for _ in range(random.randint(2, 5)):
        growth.grow(random.randint(1, 4))
        if random.random() < 0.5:
            add_block(growth)
    for kind in catalogue().values():
        if issubclass(kind, MetricNode | OutputNode) and random.random() < 0.7:
            growth.add_some(kind)
    for _ in range(random.randint(1, 3)):
        _add_optimizer(growth)
    return RandomGraph(_with_a_trained_end(growth), growth.batch)


def seeded(seed: int) -> Random:
    """Every choice is made by this, so a seed is a graph, for as long as the catalogue stays as it is."""
    return Random(seed)  # noqa: S311 - nothing is kept secret by it


graphs: st.SearchStrategy[RandomGraph] = st.randoms(use_true_random=False).map(random_graph)


# ---- Blocks ----


def add_block(growth: Growth) -> None:
    """Draw a block around some values, and use it once or twice, or several times in a row, or over time."""
    random = growth.random
    sequences = [grown for grown in growth.floats if 1 < (grown.type.shape or (0,))[0] <= 4]
    if sequences and random.random() < 0.3:
        _add_cell(growth, random.choice(sequences))
        return
    given = random.sample(growth.pool, min(len(growth.pool), random.randint(1, 2)))
    inner = Growth(random, inside=True)
    for number, grown in enumerate(given):
        inner.draw(f"in{number}", "BlockInput", {"name": f"x{number}"})
        inner.pool.append(Grown(f"in{number}", "output", grown.type, grown.array))
    inner.grow(random.randint(1, 3))
    results = inner.pool[len(given) :]
    if not results:
        return
    chosen = random.sample(results, min(len(results), random.randint(1, 2)))
    for number, grown in enumerate(chosen):
        inner.draw(f"out{number}", "BlockOutput", {"name": f"y{number}"})
        inner.wires.append(f"{grown} -> out{number}")
    name = f"b{len(growth.blocks)}"
    growth.blocks[name] = inner.drawing
    weights = random.choice(["own", "shared"])
    for _ in range(random.randint(1, 2)):
        _use(growth, "Block", {"block": name, "weights": weights}, given, chosen)
    if chosen[0].type == given[0].type:
        _use(growth, "Repeat", {"block": name, "times": 2, "weights": weights}, given, chosen)


def _use(
    growth: Growth, kind: str, settings: dict[str, Any], given: list[Grown], results: list[Grown]
) -> None:
    node_id = growth.fresh_id()
    growth.draw(node_id, kind, settings)
    growth.wires += [f"{grown} -> {node_id}.x{number}" for number, grown in enumerate(given)]
    growth.pool += [
        Grown(node_id, f"y{number}", grown.type, grown.array) for number, grown in enumerate(results)
    ]


def _add_cell(growth: Growth, sequence: Grown) -> None:
    """An Elman network with any activation that keeps its shape."""
    random = growth.random
    units, steps = random.randint(1, 3), sequence.type.shape[0]
    functions = ["tanh", "sigmoid", "elu", "softplus", "gelu"]
    name = f"b{len(growth.blocks)}"
    growth.blocks[name] = (
        {
            "x": ("BlockInput", {"name": "x"}),
            "h": ("BlockInput", {"name": "h", "zeros": [units]}),
            "flat": ("Reshape", {"shape": [-1]}),
            "in": ("Linear", {"units": units}),
            "again": ("Linear", {"units": units, "bias": False}),
            "sum": ("Add", {}),
            "act": ("Activation", {"function": random.choice(functions)}),
            "out": ("BlockOutput", {"name": "h"}),
        },
        [
            *("x -> flat", "flat -> in", "h -> again", "in -> sum.a", "again -> sum.b"),
            *("sum -> act", "act -> out"),
        ],
    )
    node_id = growth.fresh_id()
    settings = {
        "block": name,
        "steps": steps,
        "reverse": random.random() < 0.5,
        "truncate": random.randint(0, steps),
    }
    growth.draw(node_id, "Cell", settings)
    growth.wires.append(f"{sequence} -> {node_id}.x")
    like = growth.generator.uniform(0.2, 0.8, (3, steps, units))
    batched = sequence.type.batched
    if batched:
        growth.pool.append(Grown(node_id, "h", ValueType("float32", (steps, units), True), like))
        growth.pool.append(Grown(node_id, "last_h", ValueType("float32", (units,), True), like[:, 0]))


# ---- Optimizers ----


def _optimizer_settings(growth: Growth) -> dict[str, Any]:
    """Any algorithm that PyTorch has, with any schedule, clipping and list of nodes."""
    random = growth.random
    properties = properties_of(catalogue()["Optimizer"])
    algorithms = set(properties["algorithm"]["enum"]) - NOT_IN_PYTORCH - FOR_MATRICES_ONLY
    settings: dict[str, Any] = {
        "algorithm": random.choice(sorted(algorithms)),
        "learning_rate": random.choice([0.001, 0.01, 0.05]),
        "epsilon": STEADY_EPSILON,
        "order": random.randint(0, 2),
    }
    for name in ("schedule", "clip", "loss_function", "weight_decay"):
        if name in properties and random.random() < 0.3:
            settings[name] = drawn(properties[name], random)
    if "weight_decay" in settings:
        settings["weight_decay"] = abs(settings["weight_decay"] or 0) / 20
    if random.random() < 0.3:
        settings["optimize"] = random.sample(
            sorted(growth.others), random.randint(1, min(4, len(growth.others)))
        )
    return settings


def _add_optimizer(growth: Growth) -> None:
    random = growth.random
    for _ in range(10):
        loss = random.choice(growth.floats[-12:])
        target = random.choice(growth.pool) if random.random() < 0.4 else None
        before = len(growth.nodes)
        growth.add(catalogue()["Optimizer"], _optimizer_settings(growth), [loss, target])
        if len(growth.nodes) > before:
            return


def _with_a_trained_end(growth: Growth) -> Graph:
    """Without Optimizers that have nothing to train, but with one that has."""
    for attempt in range(2):
        found = _drawn(growth)
        idle = {problem.node for problem in found.check().errors if problem.code == "no_gradient"}
        for node_id in idle & growth.nodes.keys():
            del growth.nodes[node_id or ""]
        growth.wires = [wire for wire in growth.wires if wire.split(" -> ")[1].partition(".")[0] not in idle]
        if attempt == 0 and not any(kind == "Optimizer" for kind, _ in growth.nodes.values()):
            source = growth.source_of(ValueType("float32", (3,), True))
            (value,) = growth.add(catalogue()["Linear"], {"units": 2}, [source])
            growth.add(catalogue()["Optimizer"], {"learning_rate": 0.01}, [value, None])
        else:
            break
    return _drawn(growth)


def _drawn(growth: Growth) -> Graph:
    return draw(growth.nodes, growth.wires, TrainingSettings(batch_size=3), growth.blocks)


if __name__ == "__main__":
    runpy.run_module("tests.graph.long_run", run_name="__main__")
