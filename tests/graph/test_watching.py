"""Nodes that let a value through: watched, rerouted, or with its gradient stopped on purpose."""

import numpy as np
import pytest

from tests.graph.drawing import SGD, Settings, draw
from tests.graph.test_gradient_flow import wire_into
from wiregrad.graph import Graph
from wiregrad.graph.check import analyze
from wiregrad.graph.ends import find_ends
from wiregrad.graph.program import compile_graph


def chain(kind: str, settings: Settings | None = None) -> Graph:
    """The square of a parameter, behind the node; a second parameter beside it."""
    return draw(
        {
            "w": ("Parameter", {"values": 3}),
            "bias": ("Parameter", {"values": 1}),
            "passage": (kind, dict(settings or {})),
            "square": ("Function", {"function": "square"}),
            "sum": "Add",
            "sgd": SGD,
            "out": ("Output", {"name": "value"}),
        },
        [
            "w -> passage",
            "passage -> square",
            "square -> sum.a",
            "bias -> sum.b",
            "sum -> sgd.loss",
            "sum -> out",
        ],
    )


@pytest.mark.parametrize("kind", ["Reroute", "Watch"])
def test_value_and_gradient_go_through_unchanged(kind: str) -> None:
    program = compile_graph(chain(kind))
    session = program.session(program.init())
    assert session.evaluate()["value"] == 10
    session.step()
    assert session.state().parameters["w.value"] == pytest.approx(3 - 0.1 * 6)
    assert wire_into(chain(kind), "square").carries_gradient


def test_a_stopped_gradient_leaves_what_is_before_it_untrained_and_says_so() -> None:
    graph = chain("StopGradient")
    program = compile_graph(graph)
    session = program.session(program.init())
    assert session.evaluate()["value"] == 10
    session.step()
    tensors = session.state().parameters
    assert tensors["w.value"] == 3
    assert tensors["bias.value"] == np.float32(0.9)
    after = wire_into(graph, "square")
    assert not after.carries_gradient
    assert "on purpose" in after.reason
    assert wire_into(graph, "sgd", "loss").carries_gradient


def test_a_place_is_a_whole_number_without_a_gradient() -> None:
    graph = draw(
        {"w": ("Parameter", {"shape": [3]}), "place": "ArgMax", "sgd": SGD},
        ["w -> place", "place -> sgd.loss"],
    )
    reason = wire_into(graph, "sgd", "loss").reason
    assert "ArgMax" in reason
    assert "integers do not carry gradients" in reason


def test_watches_are_found_by_name_although_nothing_follows_them() -> None:
    graph = draw(
        {
            "w": ("Parameter", {"values": 2}),
            "double": "Add",
            "first": "Watch",
            "second": ("Watch", {"name": "twice", "display": "histogram", "every": 3}),
            "third": ("Watch", {"name": "twice"}),
            "sgd": SGD,
        },
        [
            "w -> double.a",
            "w -> double.b",
            "w -> first",
            "double -> second",
            "double -> third",
            "w -> sgd.loss",
        ],
    )
    assert not graph.check().errors
    found = find_ends(analyze(graph.document).resolution).watches
    assert [(end.name, end.role.shown_as, end.role.steps_between) for end in found] == [
        ("Watch", "number", 10),
        ("twice", "histogram", 3),
        ("twice 2", "number", 10),
    ]


def test_what_a_watch_cannot_show_is_an_error_on_it() -> None:
    graph = draw(
        {"w": "Parameter", "watch": ("Watch", {"display": "picture"}), "sgd": SGD},
        ["w -> watch", "w -> sgd.loss"],
    )
    (problem,) = graph.check().errors
    assert (problem.node, problem.port) == ("watch", "input")
    assert "(height, width)" in (problem.expected or "")
