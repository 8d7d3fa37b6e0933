"""`check` finds everything that is wrong at once, and says where and what to do."""

import tracemalloc

import pytest

from tests.graph.drawing import SGD, Drawing, classifier, draw, lowered_parameter
from wiregrad.graph import Graph, Problem
from wiregrad.graph.check import analyze


def problem_of(graph: Graph, code: str) -> Problem:
    found = [problem for problem in graph.check().problems if problem.code == code]
    assert len(found) == 1, graph.check().problems
    return found[0]


def test_a_legal_graph_has_no_problems() -> None:
    assert lowered_parameter().check().problems == ()
    assert classifier().check().problems == ()


def test_an_empty_graph_has_no_problems() -> None:
    report = draw({}, []).check()
    assert report.problems == ()
    assert report.totals.parameters == 0


def test_every_problem_is_reported_at_once() -> None:
    graph = draw(
        {
            "unknown": "Teleport",
            "bad": ("Linear", {"units": -1}),
            "constant": "Constant",
            "sgd": SGD,
            "lonely": "Output",
        },
        ["constant -> sgd.loss", "ghost -> lonely", "constant.nowhere -> sgd.target"],
    )
    codes = {problem.code for problem in graph.check().problems}
    assert codes == {
        "unknown_kind",
        "setting",
        "no_gradient",
        "dangling_wire",
        "unknown_port",
        "missing_input",
    }


def test_the_report_names_what_a_run_will_record() -> None:
    block: dict[str, Drawing] = {
        "judge": (
            {
                "in": ("BlockInput", {"name": "scores"}),
                "target": ("BlockInput", {"name": "target"}),
                "best": ("Metric", {"metric": "top_k", "k": 3}),
                "named": ("Metric", {"name": "right"}),
                "out": ("BlockOutput", {"name": "scores"}),
            },
            [
                *("in -> best.prediction", "target -> best.target", "in -> named.prediction"),
                *("target -> named.target", "in -> out"),
            ],
        )
    }
    graph = draw(
        {
            "p": "Parameter",
            "late": ("Optimizer", {"name": "loss", "order": 1}),
            "early": ("Optimizer", {"name": "loss"}),
            "unnamed": "Optimizer",
            "x": ("Input", {"shape": [5]}),
            "y": ("Input", {"name": "y", "shape": [], "dtype": "int64"}),
            "twice": ("Repeat", {"block": "judge", "times": 2}),
            "seen": "Output",
        },
        [
            *("p -> late.loss", "p -> early.loss", "p -> unnamed.loss"),
            *("x -> twice.scores", "y -> twice.target", "twice.scores -> seen"),
        ],
        blocks=block,
    )
    report = graph.check()
    losses = {"loss 2": "early", "Optimizer": "unnamed", "loss": "late"}
    assert [(loss.name, loss.node) for loss in report.losses] == list(losses.items())
    assert {(metric.name, metric.node) for metric in report.metrics} == {
        *(("top_3", "twice/best"), ("right", "twice/named")),
        *(("top_3 2", "twice/best"), ("right 2", "twice/named")),
    }
    assert list(losses) == [end.name for end in analyze(graph.document).ends.optimizers]


def test_a_constant_cannot_be_optimized() -> None:
    problem = problem_of(draw({"c": "Constant", "sgd": SGD}, ["c -> sgd.loss"]), "no_gradient")
    assert (problem.node, problem.port, problem.severity) == ("sgd", "loss", "error")
    assert "A Constant has nothing to change" in problem.message
    assert "Parameter" in problem.remedy


def test_a_cycle_is_reported_on_each_of_its_nodes() -> None:
    graph = draw({"a": "Add", "b": "Add", "p": "Parameter"}, ["p -> a.a", "b -> a.b", "a -> b.a", "p -> b.b"])
    assert {problem.node for problem in graph.check().problems if problem.code == "cycle"} == {"a", "b"}


def test_a_port_takes_one_wire() -> None:
    graph = draw({"a": "Parameter", "b": "Parameter", "sgd": SGD}, ["a -> sgd.loss", "b -> sgd.loss"])
    assert problem_of(graph, "port_taken").port == "loss"


def test_two_outputs_need_different_names() -> None:
    graph = draw(
        {"p": "Parameter", "one": ("Output", {"name": "y"}), "two": ("Output", {"name": "y"})},
        ["p -> one", "p -> two"],
    )
    assert problem_of(graph, "duplicate_name").node == "two"


def test_a_missing_wire_only_warns_where_nothing_depends_on_it() -> None:
    graph = draw({"p": "Parameter", "sgd": SGD, "unused": "Add"}, ["p -> sgd.loss"])
    missing = [problem for problem in graph.check().problems if problem.code == "missing_input"]
    assert [problem.severity for problem in missing] == ["warning", "warning"]


def test_an_optimizer_may_only_name_nodes_that_exist() -> None:
    graph = draw({"p": "Parameter", "sgd": ("Optimizer", {"optimize": ["q"]})}, ["p -> sgd.loss"])
    codes = [problem.code for problem in graph.check().problems]
    assert codes == ["setting", "no_gradient"]


def test_costs_are_counted_per_node_and_in_total() -> None:
    report = classifier(features=6, hidden=8, classes=3).check()
    assert report.nodes["hidden"].parameters == 6 * 8 + 8
    assert report.nodes["hidden"].multiply_adds == 6 * 8
    assert report.nodes["hidden"].activation_bytes == 8 * 4
    assert report.totals.parameters == 6 * 8 + 8 + 8 * 3 + 3


@pytest.mark.parametrize("units", [10**9, 2**31 - 1])
def test_a_graph_too_large_is_refused_without_allocating(units: int) -> None:
    graph = draw(
        {"x": ("Input", {"shape": [100_000]}), "l": ("Linear", {"units": units}), "sgd": SGD},
        ["x -> l", "l -> sgd.loss"],
    )
    tracemalloc.start()
    codes = {problem.code for problem in graph.check().problems}
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert codes & {"limit", "setting"}
    assert peak < 10_000_000


def test_a_deep_graph_is_checked_without_recursion() -> None:
    depth = 2_000
    nodes = {"p": "Parameter"} | {f"n{i}": ("Function", {"function": "sin"}) for i in range(depth)}
    wires = ["p -> n0", *(f"n{i} -> n{i + 1}" for i in range(depth - 1))]
    report = draw(nodes, wires).check()
    assert report.errors == ()
    assert report.wires[-1].value is not None
    assert report.wires[-1].value.carries_gradient


def test_what_is_wrong_with_a_setting_is_said_in_our_words() -> None:
    (problem, *_) = draw({"p": ("Parameter", {"values": [[1], [2, 3]]})}, []).check().problems
    assert problem.code == "setting"
    assert problem.expected is not None
    assert problem.expected.startswith("expected lists of equal lengths")


@pytest.mark.parametrize(
    ("weights", "where", "expected"),
    [
        ("even", "class_weights", "a valid tuple, or 'balanced'"),
        ([1, -2, 3], "class_weights.1", "greater than or equal to 0"),
    ],
)
def test_a_setting_that_may_be_several_things_has_one_problem(
    weights: object, where: str, expected: str
) -> None:
    graph = draw({"p": ("Loss", {"loss": "cross_entropy", "class_weights": weights})}, [])
    (problem,) = [problem for problem in graph.check().problems if problem.code == "setting"]
    assert problem.remedy == f"Change the setting {where}."
    assert problem.expected == f"Input should be {expected}"
