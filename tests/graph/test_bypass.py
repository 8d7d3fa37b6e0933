"""A bypassed node computes nothing, has no weights, and gives what it gets; if it cannot, it says so."""

import json
from collections.abc import Collection, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from tests.graph.drawing import Drawing, draw
from wiregrad.graph import Graph, Problem, compile_graph
from wiregrad.graph.check import analyze, check

X = ("Input", {"name": "x", "shape": [4]})
SGD = ("Optimizer", {"algorithm": "sgd", "learning_rate": 0.1})
LAYER: Drawing = (
    {
        "in": ("BlockInput", {"name": "x"}),
        "linear": ("Linear", {"units": 4}),
        "tanh": ("Activation", {"function": "tanh"}),
        "out": ("BlockOutput", {"name": "y"}),
    },
    ["in -> linear", "linear -> tanh", "tanh -> out"],
)


def bypassed(graph: Graph, *ids: str) -> Graph:
    """The same graph with these nodes bypassed, wherever they are drawn."""
    data: dict[str, Any] = json.loads(json.dumps(graph.document.to_json()))
    for part in (data, *data["blocks"]):
        for node in part["nodes"]:
            node["bypassed"] = node["id"] in ids
    return Graph.from_json(data)


def chain(middle: Mapping[str, Any], blocks: Mapping[str, Drawing] | None = None) -> Graph:
    """From an Input through `middle`, nodes in a row, to an Optimizer and an Output."""
    nodes = {"data": X, **middle, "head": ("Linear", {"units": 1}), "sgd": SGD, "out": "Output"}
    uses = {name for name, node in middle.items() if node[0] in ("Block", "Repeat", "Cell")}
    row = ["data", *middle, "head"]
    wires = [f"{a}{'.y' if a in uses else ''} -> {b}{'.x' if b in uses else ''}" for a, b in pairwise(row)]
    return draw(nodes, [*wires, "head -> sgd.loss", "head -> out"], blocks=blocks or {})


def batch() -> dict[str, Any]:
    return {"x": np.random.default_rng(0).standard_normal((5, 4))}


def assert_trains_alike(graph: Graph, plain: Graph) -> None:
    """Step by step the same losses, tensors and outputs."""
    ours, reference = (compile_graph(drawn, 5, "numpy", "float64") for drawn in (graph, plain))
    state, expected = ours.init(seed=1), reference.init(seed=1)
    assert state.parameters.keys() == expected.parameters.keys()
    for _ in range(3):
        state, loss = ours.step(state, batch())
        expected, expected_loss = reference.step(expected, batch())
        assert loss == expected_loss
    np.testing.assert_array_equal(
        ours.evaluate(state, batch())["output"], reference.evaluate(expected, batch())["output"]
    )


def told(graph: Graph) -> tuple[Problem, ...]:
    return graph.check().problems


MIDDLE = {
    "wide": ("Linear", {"units": 4}),
    "relu": ("Activation", {"function": "relu"}),
    "drop": ("Dropout", {"probability": 0.5}),
}


@pytest.mark.parametrize("ids", [("wide",), ("relu", "drop"), ("wide", "relu", "drop")])
def test_a_graph_with_bypassed_nodes_is_the_graph_without_them(ids: Collection[str]) -> None:
    graph = bypassed(chain(MIDDLE), *ids)
    plain = chain({name: node for name, node in MIDDLE.items() if name not in ids})
    assert told(graph) == ()
    assert graph.check().totals == plain.check().totals
    assert_trains_alike(graph, plain)


def test_what_does_not_give_back_its_type_is_told_with_a_remedy() -> None:
    graph = bypassed(chain({"narrow": ("Linear", {"units": 3})}), "narrow")
    (problem,) = told(graph)
    assert (problem.severity, problem.code, problem.node) == ("error", "bypass", "narrow")
    assert (problem.expected, problem.got) == (
        "an input of float32 (3,) per sample",
        "input: float32 (4,) per sample",
    )
    assert problem.fix is not None
    assert problem.fix.action == "restore"
    assert told(bypassed(graph)) == ()


@pytest.mark.parametrize("kind", ["Constant", "Parameter", "Random"])
def test_a_source_has_nothing_to_give_but_its_own(kind: str) -> None:
    graph = draw({"source": kind, "out": "Output"}, ["source -> out"])
    problems = [problem for problem in told(bypassed(graph, "source")) if problem.severity == "error"]
    assert [(problem.node, problem.code, problem.got) for problem in problems] == [
        ("source", "bypass", "no inputs")
    ]


def test_of_several_inputs_the_one_whose_type_fits_goes_through_and_the_others_are_not_computed() -> None:
    graph = draw(
        {
            "data": X,
            "shift": ("Parameter", {"shape": [1]}),
            "add": "Add",
            "head": ("Linear", {"units": 1}),
            "sgd": SGD,
            "out": "Output",
        },
        ["shift -> add.a", "data -> add.b", "add -> head", "head -> sgd.loss", "head -> out"],
    )
    checked = analyze(bypassed(graph, "add").document)
    assert checked.problems == ()
    assert [source and source.node for source in checked.resolution.nodes["add"].sources] == ["data"]
    (wire,) = [wire for wire in bypassed(graph, "add").check().wires if wire.target.node == "head"]
    assert wire.value is not None
    assert (wire.value.carries_gradient, wire.value.shape) == (False, (4,))
    program = compile_graph(bypassed(graph, "add"), 5)
    state, _ = program.step(program.init(0), batch())
    np.testing.assert_array_equal(state.parameters["shift.value"], program.init(0).parameters["shift.value"])


def test_connections_that_share_weights_stay_apart() -> None:
    graph = draw(
        {
            "a": ("Input", {"name": "a", "shape": [4]}),
            "b": ("Input", {"name": "b", "shape": [4]}),
            "both": ("Linear", {"units": 4, "connections": 2}),
            "out_a": ("Output", {"name": "a"}),
            "out_b": ("Output", {"name": "b"}),
        },
        [
            "a -> both.input",
            "b -> both.input_2",
            "both.output -> out_a",
            "both.output_2 -> out_b",
        ],
    )
    program = compile_graph(bypassed(graph, "both"), 2)
    given = {"a": np.zeros((2, 4), np.float32), "b": np.ones((2, 4), np.float32)}
    found = program.evaluate(program.init(0), given)
    for name, array in given.items():
        np.testing.assert_array_equal(found[name], array)


def test_a_bypassed_end_is_left_out() -> None:
    nodes: dict[str, Any] = {"data": X, "head": ("Linear", {"units": 1}), "watch": "Watch"}
    nodes |= {"sgd": SGD, "second": SGD}
    graph = draw(nodes, ["data -> head", "head -> watch", "watch -> sgd.loss", "watch -> second.loss"])
    left = bypassed(graph, "second", "watch")
    assert told(left) == ()
    assert [figure.node for figure in left.check().losses] == ["sgd"]
    assert analyze(left.document).ends.watches == ()
    assert [problem.code for problem in told(bypassed(graph, "sgd", "second"))] == ["no_optimizer"]


def test_a_free_input_of_a_bypassed_end_is_no_error() -> None:
    graph = draw({"sgd": SGD}, [])
    assert [problem.severity for problem in told(graph)] == ["error"]
    assert {problem.severity for problem in told(bypassed(graph, "sgd"))} == {"warning"}


def test_weights_come_back_with_the_node() -> None:
    graph = chain(MIDDLE)
    whole = compile_graph(graph, 5)
    trained, _ = whole.step(whole.init(3), batch())
    without = compile_graph(bypassed(graph, "wide"), 5)
    assert without.fitting(trained.parameters).unused == ("wide.weight", "wide.bias")
    assert without.parameter_count == whole.parameter_count - 20
    again = whole.init(5, start_from=trained.parameters)
    np.testing.assert_array_equal(again.parameters["wide.weight"], trained.parameters["wide.weight"])


USES = {
    "Block": ("Block", {"block": "layer"}),
    "Repeat": ("Repeat", {"block": "layer", "times": 3}),
}


@pytest.mark.parametrize("name", USES)
def test_a_bypassed_block_is_left_out_with_all_that_is_in_it(name: str) -> None:
    blocks = {"layer": LAYER}
    both = chain({"first": USES[name], "second": USES[name]}, blocks)
    plain = chain({"second": USES[name]}, blocks)
    graph = bypassed(both, "first")
    assert told(graph) == ()
    report = graph.check()
    assert report.totals == plain.check().totals
    assert report.nodes["first"].parameters == 0
    assert report.nodes["first"].outputs[0].value is not None
    assert report.nodes["first/linear"].outputs[0].value is None
    assert_trains_alike(graph, plain)


def test_a_bypassed_cell_gives_its_state_and_its_sequence() -> None:
    step: Drawing = (
        {
            "h": ("BlockInput", {"name": "h"}),
            "x": ("BlockInput", {"name": "x"}),
            "sum": "Add",
            "keep": ("BlockOutput", {"name": "h"}),
            "tell": ("BlockOutput", {"name": "y"}),
        },
        ["h -> sum.a", "x -> sum.b", "sum -> keep", "sum -> tell"],
    )
    graph = draw(
        {
            "h": ("Input", {"name": "h", "shape": [2]}),
            "x": ("Input", {"name": "x", "shape": [3, 2]}),
            "cell": ("Cell", {"block": "step", "steps": 3}),
            "state": ("Output", {"name": "state"}),
            "all": ("Output", {"name": "all"}),
        },
        ["h -> cell.h", "x -> cell.x", "cell.last_h -> state", "cell.y -> all"],
        blocks={"step": step},
    )
    program = compile_graph(bypassed(graph, "cell"), 2)
    given = {"h": np.full((2, 2), 7.0), "x": np.arange(12.0).reshape(2, 3, 2)}
    found = program.evaluate(program.init(0), given)
    np.testing.assert_array_equal(found["state"], given["h"])
    np.testing.assert_array_equal(found["all"], given["x"])


def test_a_bypassed_block_of_another_type_is_told_once_and_nothing_else() -> None:
    narrow: Drawing = ({**LAYER[0], "linear": ("Linear", {"units": 2})}, LAYER[1])
    graph = bypassed(chain({"use": ("Block", {"block": "narrow"})}, {"narrow": narrow}), "use")
    (problem,) = told(graph)
    assert (problem.code, problem.node, problem.expected) == (
        "bypass",
        "use",
        "an input of float32 (2,) per sample",
    )


def test_a_node_bypassed_inside_of_a_block_is_bypassed_in_every_use() -> None:
    blocks = {"layer": LAYER}
    use = ("Block", {"block": "layer"})
    graph = bypassed(chain({"first": use, "second": use}, blocks), "linear")
    plain = chain({"one": ("Activation", {"function": "tanh"}), "two": ("Activation", {"function": "tanh"})})
    assert told(graph) == ()
    assert_trains_alike(graph, plain)


def test_the_ports_of_a_block_pass_on_what_they_get_anyway() -> None:
    graph = chain({"use": ("Block", {"block": "layer"})}, {"layer": LAYER})
    assert told(bypassed(graph, "in")) == ()
    assert_trains_alike(bypassed(graph, "in"), graph)


def test_shared_weights_keep_their_name_when_the_first_use_is_bypassed() -> None:
    shared = ("Block", {"block": "layer", "weights": "shared"})
    graph = chain({"first": shared, "second": shared}, {"layer": LAYER})
    names = compile_graph(graph, 5).init(0).parameters.keys()
    assert compile_graph(bypassed(graph, "first"), 5).init(0).parameters.keys() == names


def test_tracing_sees_through_bypassed_nodes_and_blocks() -> None:
    inner = ("Block", {"block": "layer"})
    outer: Drawing = (
        {"in": LAYER[0]["in"], "use": inner, "out": LAYER[0]["out"]},
        ["in -> use.x", "use.y -> out"],
    )
    graph = chain(
        {"wide": MIDDLE["wide"], "outer": ("Block", {"block": "outer"})}, {"layer": LAYER, "outer": outer}
    )
    program = compile_graph(bypassed(graph, "outer"), 5)
    trace = program.trace(program.init(0), batch())
    np.testing.assert_array_equal(trace.values["outer.y"], trace.values["wide.output"])
    np.testing.assert_array_equal(trace.gradients["outer.y"], trace.gradients["wide.output"])
    assert not any("/" in name for name in trace.values)


def test_a_document_from_before_there_was_bypassing_reads_as_one_without() -> None:
    data = chain(MIDDLE).document.to_json()
    old = data | {
        "nodes": [{key: value for key, value in node.items() if key != "bypassed"} for node in data["nodes"]]
    }
    assert Graph.from_json(old) == chain(MIDDLE)
    again = Graph.from_json(bypassed(chain(MIDDLE), "drop").document.to_json())
    assert [node.id for node in again.document.nodes if node.bypassed] == ["drop"]


def test_an_output_does_not_need_the_input_that_a_bypassed_node_does_not_pass_on() -> None:
    graph = draw(
        {
            "a": X,
            "b": ("Input", {"name": "other", "shape": [4]}),
            "add": "Add",
            "out": ("Output", {"name": "y"}),
        },
        ["a -> add.a", "b -> add.b", "add -> out"],
    )
    assert [needed(graph), needed(bypassed(graph, "add"))] == [("a", "b"), ("a",)]
    assert compile_graph(bypassed(graph, "add"), 1).outputs["y"].inputs == ("x",)


def needed(graph: Graph) -> tuple[str, ...]:
    """The Inputs that the report says the only Output needs."""
    (output,) = check(graph.document).outputs
    assert (output.name, output.node) == ("y", "out")
    return output.inputs
