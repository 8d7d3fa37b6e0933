"""Blocks compute what the same nodes compute when they are drawn one by one."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.graph.drawing import Drawing, draw
from tests.graph.flattening import JOINT, by_hand
from wiregrad.graph import Graph, Program, State, check_gradients, compile_graph

LAYER: Drawing = (
    {
        "x": ("BlockInput", {"name": "x"}),
        "linear": ("Linear", {"units": 4}),
        "tanh": ("Activation", {"function": "tanh"}),
        "y": ("BlockOutput", {"name": "y"}),
    },
    ["x -> linear", "linear -> tanh", "tanh -> y"],
)
TWICE: Drawing = (
    {
        "in": ("BlockInput", {"name": "x"}),
        "first": ("Block", {"block": "layer"}),
        "second": ("Block", {"block": "layer"}),
        "out": ("BlockOutput", {"name": "y"}),
    },
    ["in -> first.x", "first.y -> second.x", "second.y -> out"],
)
BLOCKS = {"layer": LAYER, "twice": TWICE}
X = ("Input", {"name": "x", "shape": [4]})
ADAM = ("Optimizer", {"algorithm": "adam", "learning_rate": 0.01})


def chain(*uses: tuple[str, dict[str, Any]], blocks: dict[str, Drawing] | None = None) -> Graph:
    """Uses in a row, `use_1`, `use_2`, ..., from an Input to an Optimizer and an Output."""
    nodes: dict[str, Any] = {"data": X}
    wires, before = [], "data"
    for number, use in enumerate(uses, 1):
        nodes[f"use_{number}"] = use
        wires.append(f"{before} -> use_{number}.x")
        before = f"use_{number}.y"
    nodes |= {"square": ("Function", {"function": "square"}), "adam": ADAM, "out": "Output"}
    wires += [f"{before} -> square", "square -> adam.loss", f"{before} -> out"]
    return draw(nodes, wires, blocks=blocks or BLOCKS)


def batch(seed: int = 0) -> dict[str, Any]:
    return {"x": np.random.default_rng(seed).standard_normal((5, 4))}


def with_tensors_of(state: State, other: State, joint: str) -> State:
    """The state with the other's tensors, whose names have `joint` where these have a slash."""
    renamed = {name: other.parameters[name.replace("/", joint)] for name in state.parameters}
    return replace(state, parameters=renamed)


def trained(program: Program, state: State, steps: int = 4) -> tuple[list[float], State]:
    losses = []
    for step in range(steps):
        state, loss = program.step(state, batch(step))
        losses.append(loss["Optimizer"])
    return losses, state


def assert_same_training(graph: Graph, plain: Graph) -> None:
    program, reference = (compile_graph(drawn, dtype="float64") for drawn in (graph, plain))
    start = reference.init(seed=1)
    losses, state = trained(program, with_tensors_of(program.init(seed=1), start, JOINT))
    expected, end = trained(reference, start)
    np.testing.assert_allclose(losses, expected, rtol=1e-12)
    for name, array in state.parameters.items():
        np.testing.assert_allclose(array, end.parameters[name.replace("/", JOINT)], rtol=1e-9, atol=1e-12)
    for name, array in program.evaluate(state, batch()).items():
        np.testing.assert_allclose(array, reference.evaluate(end, batch())[name], rtol=1e-9)


@pytest.mark.parametrize("block", ["layer", "twice"])
def test_a_block_computes_what_its_nodes_do(block: str) -> None:
    graph = chain(("Block", {"block": block}), ("Block", {"block": block}))
    assert graph.check().problems == ()
    assert_same_training(graph, by_hand(graph))


@st.composite
def block_graphs(draw_: st.DrawFn) -> Graph:
    """Blocks that use blocks drawn before them, several inputs and outputs, some of them not connected on."""
    blocks: dict[str, Drawing] = {}
    for number in range(draw_(st.integers(1, 4))):
        blocks[f"b{number}"] = draw_(definitions(list(blocks)))
    uses = draw_(st.lists(st.sampled_from(sorted(blocks)), min_size=1, max_size=3))
    return chain(*(("Block", {"block": name}) for name in uses), blocks=blocks)


@st.composite
def definitions(draw_: st.DrawFn, known: list[str]) -> Drawing:
    nodes: dict[str, Any] = {"in": ("BlockInput", {"name": "x"})}
    values, wires = ["in.output"], []
    for number in range(draw_(st.integers(1, 4))):
        name = f"n{number}"
        kind = draw_(st.sampled_from(["Linear", "Add", "Activation", *(["Block"] if known else [])]))
        made = {
            "Linear": ("Linear", {"units": 4}),
            "Add": "Add",
            "Activation": ("Activation", {"function": "tanh"}),
            "Block": ("Block", {"block": draw_(st.sampled_from(known or [""]))}),
        }
        nodes[name] = made[kind]
        ports = {"Add": ["a", "b"], "Block": ["x"]}.get(kind, ["input"])
        wires += [f"{draw_(st.sampled_from(values))} -> {name}.{port}" for port in ports]
        values.append(f"{name}.y" if kind == "Block" else f"{name}.output")
    nodes["out"] = ("BlockOutput", {"name": "y"})
    nodes["spare"] = ("BlockOutput", {"name": "spare"})
    inner = values[1:]
    wires += [f"{inner[-1]} -> out", f"{draw_(st.sampled_from(inner))} -> spare"]
    return nodes, wires


@settings(max_examples=25, deadline=None)
@given(block_graphs())
def test_any_blocks_compute_what_their_nodes_do(graph: Graph) -> None:
    plain = by_hand(graph)
    codes = [problem.code for problem in graph.check().problems]
    assert set(codes) == {problem.code for problem in plain.check().problems}
    if not codes:
        assert_same_training(graph, plain)
        assert graph.check().totals == plain.check().totals


def test_uses_with_shared_weights_learn_one_set() -> None:
    """Its gradient is the sum of what the uses would have by themselves."""
    shared = ("Block", {"block": "layer", "weights": "shared"})
    graph = draw(
        {"data": X, "left": shared, "right": shared, "sum": "Mul", "adam": ADAM},
        ["data -> left.x", "left.y -> right.x", "left.y -> sum.a", "right.y -> sum.b", "sum -> adam.loss"],
        blocks=BLOCKS,
    )
    two = by_hand(
        draw(
            {
                "data": X,
                "left": ("Block", {"block": "layer"}),
                "right": ("Block", {"block": "layer"}),
                "sum": "Mul",
                "adam": ADAM,
            },
            [
                "data -> left.x",
                "left.y -> right.x",
                "left.y -> sum.a",
                "right.y -> sum.b",
                "sum -> adam.loss",
            ],
            blocks=BLOCKS,
        )
    )
    program, reference = compile_graph(graph, dtype="float64"), compile_graph(two, dtype="float64")
    state, start = program.init(), reference.init()
    assert set(state.parameters) == {"left/linear.weight", "left/linear.bias"}
    weights = {
        f"{side}__linear.{name}": state.parameters[f"left/linear.{name}"]
        for side in ("left", "right")
        for name in ("weight", "bias")
    }
    apart = reference.trace(replace(start, parameters=weights), batch()).gradients
    together = program.trace(state, batch()).gradients
    for name in ("weight", "bias"):
        parts = apart[f"left__linear.{name}"] + apart[f"right__linear.{name}"]
        np.testing.assert_allclose(together[f"left/linear.{name}"], parts, rtol=1e-10)
    assert graph.check().totals.parameters == 20
    assert graph.check().nodes["right"].parameters == 20


def test_running_statistics_that_are_shared_follow_both_uses() -> None:
    torch = pytest.importorskip("torch")
    blocks: dict[str, Drawing] = {
        "norm": (
            {"x": ("BlockInput", {"name": "x"}), "bn": "BatchNorm", "y": ("BlockOutput", {"name": "y"})},
            ["x -> bn", "bn -> y"],
        ),
        "shift": (
            {
                "x": ("BlockInput", {"name": "x"}),
                "exp": ("Function", {"function": "exp"}),
                "y": ("BlockOutput", {"name": "y"}),
            },
            ["x -> exp", "exp -> y"],
        ),
    }
    shared = ("Block", {"block": "norm", "weights": "shared"})
    graph = chain(shared, ("Block", {"block": "shift"}), shared, blocks=blocks)
    program = compile_graph(graph, dtype="float64")
    state, _ = program.step(program.init(), batch())
    module = torch.nn.BatchNorm1d(4).double()
    module(torch.exp(module(torch.from_numpy(batch()["x"]))))
    assert set(state.parameters) == {
        f"use_1/bn.{name}" for name in ("weight", "bias", "running_mean", "running_var")
    }
    for name in ("running_mean", "running_var"):
        np.testing.assert_allclose(state.parameters[f"use_1/bn.{name}"], getattr(module, name), rtol=1e-10)


def test_a_repeat_is_a_row_of_blocks() -> None:
    repeated = chain(("Repeat", {"block": "layer", "times": 3}))
    row = by_hand(chain(*[("Block", {"block": "layer"})] * 3))
    program, reference = compile_graph(repeated, dtype="float64"), compile_graph(row, dtype="float64")
    names = {"use_1/": "use_1__", "use_1#2/": "use_2__", "use_1#3/": "use_3__"}
    start, state = reference.init(), program.init()
    matching = {
        f"{old}linear.{name}": start.parameters[f"{new}linear.{name}"]
        for old, new in names.items()
        for name in ("weight", "bias")
    }
    assert matching.keys() == state.parameters.keys()
    losses, _ = trained(program, replace(state, parameters=matching))
    np.testing.assert_allclose(losses, trained(reference, start)[0], rtol=1e-12)


def test_repetitions_can_share_their_weights() -> None:
    graph = chain(("Repeat", {"block": "layer", "times": 5, "weights": "shared"}))
    assert set(compile_graph(graph).init().parameters) == {"use_1/linear.weight", "use_1/linear.bias"}
    report = graph.check()
    assert report.totals.parameters == report.nodes["use_1"].parameters == 20
    assert report.nodes["use_1"].multiply_adds == 5 * 16
    assert max(check.error for check in check_gradients(graph, batch())) < 1e-6


def test_other_inputs_of_a_repeat_go_to_every_repetition() -> None:
    block: Drawing = (
        {
            "x": ("BlockInput", {"name": "x"}),
            "more": ("BlockInput", {"name": "more"}),
            "add": "Add",
            "y": ("BlockOutput", {"name": "y"}),
        },
        ["x -> add.a", "more -> add.b", "add -> y"],
    )
    graph = draw(
        {
            "p": ("Parameter", {"values": 2}),
            "step": ("Constant", {"values": 3}),
            "row": ("Repeat", {"block": "plus", "times": 4}),
            "out": "Output",
        },
        ["p -> row.x", "step -> row.more", "row.y -> out"],
        blocks={"plus": block},
    )
    program = compile_graph(graph)
    assert program.evaluate(program.init())["output"] == 2 + 4 * 3


def test_every_use_draws_random_numbers_of_its_own() -> None:
    blocks: dict[str, Drawing] = {
        "noise": (
            {
                "x": ("BlockInput", {"name": "x"}),
                "drop": ("Dropout", {"probability": 0.5}),
                "y": ("BlockOutput", {"name": "y"}),
            },
            ["x -> drop", "drop -> y"],
        )
    }
    graph = draw(
        {
            "p": ("Parameter", {"shape": [500], "initializer": "ones"}),
            "a": ("Block", {"block": "noise", "weights": "shared"}),
            "b": ("Block", {"block": "noise", "weights": "shared"}),
            "c": ("Repeat", {"block": "noise", "times": 2}),
            "sum": ("Add", {}),
            "all": ("Add", {}),
            "sgd": "Optimizer",
        },
        [
            *("p -> a.x", "p -> b.x", "p -> c.x", "a.y -> sum.a", "b.y -> sum.b"),
            *("sum -> all.a", "c.y -> all.b", "all -> sgd.loss"),
        ],
        blocks=blocks,
    )
    program = compile_graph(graph)
    values = program.trace(program.init()).values
    kept = [values[f"{name}.output"] > 0 for name in ("a/drop", "b/drop", "c/drop")]
    assert not (kept[0] == kept[1]).all()
    assert (values["c.y"] > 0).mean() == pytest.approx(0.25, abs=0.08)
    np.testing.assert_array_equal(values["a.y"], values["a/drop.output"])


@pytest.mark.parametrize(
    ("optimize", "changed"),
    [
        (["use_2"], {"use_2/first/linear", "use_2/second/linear"}),
        (["use_2/first"], {"use_2/first/linear"}),
        (["use_2/first/linear"], {"use_2/first/linear"}),
        (["use_1", "use_2/second"], {"use_1/linear", "use_2/second/linear"}),
    ],
)
def test_an_optimizer_may_name_a_use_or_what_is_inside(optimize: list[str], changed: set[str]) -> None:
    drawn = chain(("Block", {"block": "layer"}), ("Block", {"block": "twice"})).document.to_json()
    for node in drawn["nodes"]:
        if node["kind"] == "Optimizer":
            node["settings"] |= {"optimize": optimize}
    program = compile_graph(Graph.from_json(drawn))
    before = program.init()
    after, _ = program.step(before, batch())
    moved = {
        name.rpartition(".")[0]
        for name in before.parameters
        if not np.array_equal(before.parameters[name], after.parameters[name])
    }
    assert moved == changed


def test_a_saved_state_goes_on() -> None:
    graph = chain(("Repeat", {"block": "twice", "times": 2}))
    program = compile_graph(graph)
    _, state = trained(program, program.init(), 2)
    restored = compile_graph(Graph.from_json(graph.document.to_json())).restore(state.arrays())
    assert trained(program, state)[0] == trained(program, restored)[0]
