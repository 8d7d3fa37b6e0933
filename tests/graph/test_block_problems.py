"""Whatever is wrong with blocks is told once, where it was drawn, in words that help."""

from typing import Any

import pytest

from tests.graph.drawing import SGD, Drawing, draw
from tests.graph.test_blocks import ADAM, BLOCKS, LAYER, X, chain
from wiregrad.graph import Graph, Problem, check
from wiregrad.graph.document import BlockDefinition, GraphDocument, NodeDocument

PASSING: Drawing = (
    {"x": ("BlockInput", {"name": "x"}), "y": ("BlockOutput", {"name": "y"})},
    ["x -> y"],
)


def errors(graph: Graph) -> list[tuple[str | None, str]]:
    return [(problem.node, problem.code) for problem in graph.check().errors]


def only_problem(graph: Graph) -> Problem:
    (problem,) = graph.check().errors
    return problem


def using(block: Drawing, *names: str, **more: Drawing) -> Graph:
    """Uses of one block in a row."""
    uses: list[tuple[str, dict[str, Any]]] = [("Block", {"block": "b"}) for _ in names or ("one",)]
    return chain(*uses, blocks={"b": block, **more})


def test_what_is_wrong_inside_is_told_once_for_all_uses() -> None:
    faulty: Drawing = (
        {
            "x": ("BlockInput", {"name": "x"}),
            "conv": "Conv2D",
            "linear": ("Linear", {"units": 0}),
            "unknown": "Teleport",
            "y": ("BlockOutput", {"name": "y"}),
        },
        ["x -> conv", "x -> linear", "x -> unknown", "conv -> y", "conv.nowhere -> linear", "ghost -> y"],
    )
    graph = using(faulty, "one", "two", "three")
    found = errors(graph)
    assert sorted(found, key=str) == [
        ("use_1", "dangling_wire"),
        ("use_1/conv", "shape"),
        ("use_1/conv", "unknown_port"),
        ("use_1/linear", "setting"),
        ("use_1/unknown", "unknown_kind"),
    ]


def test_what_is_wrong_in_one_use_only_is_told_there() -> None:
    block: Drawing = (
        {
            "x": ("BlockInput", {"name": "x"}),
            "shape": ("Reshape", {"shape": [2, 2]}),
            "y": ("BlockOutput", {"name": "y"}),
        },
        ["x -> shape", "shape -> y"],
    )
    graph = draw(
        {
            "four": X,
            "five": ("Input", {"name": "five", "shape": [5]}),
            "fits": ("Block", {"block": "b"}),
            "fails": ("Block", {"block": "b"}),
            "out": "Output",
            "other": ("Output", {"name": "other"}),
        },
        ["four -> fits.x", "five -> fails.x", "fits.y -> out", "fails.y -> other"],
        blocks={"b": block},
    )
    assert errors(graph) == [("fails/shape", "shape")]


def test_a_repetition_that_does_not_fit_is_named() -> None:
    halving: Drawing = (
        {
            "x": ("BlockInput", {"name": "x"}),
            "half": ("MaxPool2D", {"kernel": 2}),
            "y": ("BlockOutput", {"name": "y"}),
        },
        ["x -> half", "half -> y"],
    )
    graph = draw(
        {
            "x": ("Input", {"shape": [1, 4, 4]}),
            "row": ("Repeat", {"block": "halving", "times": 4}),
            "out": "Output",
        },
        ["x -> row.x", "row.y -> out"],
        blocks={"halving": halving},
    )
    problem = only_problem(graph)
    assert (problem.node, problem.port) == ("row/half", "input")
    assert problem.message.endswith("(repetition 3 of Halving)")


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (("Block", {}), "one of the graph's blocks: layer, twice"),
        (("Block", {"block": "ghost"}), "one of the graph's blocks: layer, twice"),
        (("Repeat", {"block": "ghost"}), "one of the graph's blocks: layer, twice"),
    ],
)
def test_an_unknown_block_is_told_at_its_use(use: tuple[str, dict[str, Any]], expected: str) -> None:
    problem = only_problem(chain(use))
    assert (problem.node, problem.code, problem.expected) == ("use_1", "block", expected)


def test_a_block_cannot_contain_itself() -> None:
    outer: Drawing = (
        {
            "x": ("BlockInput", {"name": "x"}),
            "in": ("Block", {"block": "c"}),
            "y": ("BlockOutput", {"name": "y"}),
        },
        ["x -> in.x", "in.y -> y"],
    )
    inner: Drawing = (
        {
            "x": ("BlockInput", {"name": "x"}),
            "back": ("Repeat", {"block": "b", "times": 1000}),
            "y": ("BlockOutput", {"name": "y"}),
        },
        ["x -> back.x", "back.y -> y"],
    )
    problem = only_problem(using(outer, c=inner))
    assert (problem.node, problem.code) == ("use_1/in/back", "recursion")
    assert problem.got == "“B” in “C” in “B”"


def test_too_many_nodes_are_refused_before_they_are_made() -> None:
    doubling: dict[str, Drawing] = {
        f"b{number}": (
            {
                "x": ("BlockInput", {"name": "x"}),
                "one": ("Block", {"block": f"b{number - 1}"}),
                "two": ("Block", {"block": f"b{number - 1}"}),
                "y": ("BlockOutput", {"name": "y"}),
            },
            ["x -> one.x", "one.y -> two.x", "two.y -> y"],
        )
        for number in range(1, 100)
    }
    blocks: dict[str, Drawing] = {"b0": PASSING, **doubling}
    problem = only_problem(chain(("Block", {"block": "b99"}), blocks=blocks))
    assert (problem.node, problem.code, problem.expected) == ("use_1", "limit", "at most 5,000 nodes")
    assert errors(chain(("Repeat", {"block": "twice", "times": 1000}))) == [("use_1", "limit")]


def test_what_is_missing_or_too_much_at_a_port_is_told_at_the_use() -> None:
    graph = draw(
        {
            "a": X,
            "use": ("Block", {"block": "layer"}),
            "free": ("Block", {"block": "layer"}),
            "out": "Output",
            "two": ("Output", {"name": "two"}),
        },
        ["a -> use.x", "a -> use.x", "a -> use.z", "use.y -> out", "free.w -> out", "free.y -> two"],
        blocks=BLOCKS,
    )
    found = {(problem.node, problem.port, problem.code) for problem in graph.check().errors}
    assert found == {
        ("use", "x", "port_taken"),
        ("use", "z", "unknown_port"),
        ("free", "w", "unknown_port"),
        ("free", "x", "missing_input"),
    }
    (missing,) = (problem for problem in graph.check().problems if problem.code == "missing_input")
    assert missing.message == "Nothing is connected to 'x' of Layer."


def test_a_port_outside_of_a_block_is_refused() -> None:
    graph = draw({"in": "BlockInput", "p": "Parameter", "out": "BlockOutput"}, ["p -> out"])
    assert errors(graph) == [("in", "block"), ("out", "block")]


def test_two_ports_of_one_name_are_refused() -> None:
    block: Drawing = (
        {**LAYER[0], "again": ("BlockInput", {"name": "x"}), "more": ("BlockOutput", {"name": "y"})},
        LAYER[1],
    )
    assert errors(using(block, "one", "two")) == [
        ("use_1/again", "duplicate_name"),
        ("use_1/more", "duplicate_name"),
    ]


def test_a_port_with_an_impossible_name_is_refused() -> None:
    block: Drawing = ({**LAYER[0], "odd": ("BlockInput", {"name": "a/b"})}, LAYER[1])
    assert errors(using(block)) == [("use_1/odd", "setting")]


def test_a_loop_through_a_block_is_told() -> None:
    graph = draw(
        {"p": "Parameter", "sum": "Add", "use": ("Block", {"block": "b"}), "sgd": SGD},
        ["p -> sum.a", "use.y -> sum.b", "sum -> use.x", "sum -> sgd.loss"],
        blocks={"b": PASSING},
    )
    assert {node for node, code in errors(graph) if code == "cycle"} == {"use", "use/y", "sum"}


def test_uses_that_share_weights_need_equal_sizes() -> None:
    shared = ("Block", {"block": "layer", "weights": "shared"})
    graph = draw(
        {
            "a": X,
            "b": ("Input", {"name": "b", "shape": [5]}),
            "left": shared,
            "right": shared,
            "sum": "Add",
            "adam": ADAM,
        },
        ["a -> left.x", "b -> right.x", "left.y -> sum.a", "right.y -> sum.b", "sum -> adam.loss"],
        blocks=BLOCKS,
    )
    problem = only_problem(graph)
    assert (problem.node, problem.port) == ("right/linear", "input")
    assert problem.expected == "the weights weight (4, 4), bias (4,)"
    assert problem.got == "weight (4, 5), bias (4,)"


def test_a_repeat_needs_something_to_feed_back() -> None:
    source: Drawing = ({"p": "Parameter", "y": ("BlockOutput", {"name": "y"})}, ["p -> y"])
    graph = draw({"row": ("Repeat", {"block": "b"}), "sgd": SGD}, ["row.y -> sgd.loss"], blocks={"b": source})
    assert errors(graph) == [("row", "block")]


def test_repeated_ids_are_refused_and_nothing_is_raised() -> None:
    use = NodeDocument(id="a", kind="Block", settings={"block": "b"})
    block = BlockDefinition(id="b", nodes=(NodeDocument(id="p", kind="Parameter"),) * 2)
    document = GraphDocument(nodes=(use, use, NodeDocument(id="a", kind="Parameter")), blocks=(block, block))
    codes = [(problem.node, problem.code) for problem in check(document).errors]
    assert codes == [
        (None, "duplicate_id"),
        ("a/p", "duplicate_id"),
        ("a", "duplicate_id"),
    ]


def test_nothing_is_reported_twice_in_fifty_uses() -> None:
    faulty: Drawing = ({**LAYER[0], "linear": ("Linear", {"units": -1})}, LAYER[1])
    graph = chain(*[("Block", {"block": "b"})] * 50, blocks={"b": faulty})
    assert errors(graph) == [("use_1/linear", "setting")]
