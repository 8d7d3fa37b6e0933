"""Blue wires, grey wires, and the reason for each."""

from tests.graph.drawing import SGD, Settings, draw, lowered_parameter
from wiregrad.graph import Graph
from wiregrad.graph.report import ValueReport


def wire_into(graph: Graph, node: str, port: str = "input") -> ValueReport:
    for wire in graph.check().wires:
        if (wire.target.node, wire.target.port) == (node, port):
            assert wire.value is not None
            return wire.value
    raise AssertionError(f"no wire into {node}.{port}")


def test_a_parameter_is_blue() -> None:
    value = wire_into(lowered_parameter(), "sgd", "loss")
    assert value.carries_gradient
    assert value.reason == "Parameter has values that can be trained."


def test_a_product_is_blue_and_its_constant_grey() -> None:
    graph = draw(
        {"p": "Parameter", "c": "Constant", "m": "Mul", "sgd": SGD}, ["p -> m.a", "c -> m.b", "m -> sgd.loss"]
    )
    assert wire_into(graph, "m", "a").carries_gradient
    assert not wire_into(graph, "m", "b").carries_gradient
    assert wire_into(graph, "m", "b").reason == "A Constant has nothing to change."
    assert wire_into(graph, "sgd", "loss").reason == "Multiply passes on the gradient of 'a'."


def test_compare_turns_blue_into_grey_and_says_why() -> None:
    graph = draw(
        {
            "x": ("Input", {"shape": [2]}),
            "l": ("Linear", {"units": 1}),
            "zero": ("Constant", {"values": 0}),
            "c": ("Compare", {"operation": ">"}),
            "sgd": SGD,
        },
        ["x -> l", "l -> c.a", "zero -> c.b", "c -> sgd.loss"],
    )
    assert wire_into(graph, "c", "a").carries_gradient
    after = wire_into(graph, "sgd", "loss")
    assert not after.carries_gradient
    assert "Compare" in after.reason
    assert "boolean" in after.reason
    assert "Compare" in graph.check().errors[0].message


def test_a_derivative_of_zero_everywhere_loses_the_gradient() -> None:
    graph = draw(
        {"p": "Parameter", "f": ("Function", {"function": "sign"}), "sgd": SGD}, ["p -> f", "f -> sgd.loss"]
    )
    assert "zero" in wire_into(graph, "sgd", "loss").reason


def test_a_frozen_layer_passes_gradients_but_has_none_of_its_own() -> None:
    nodes: dict[str, str | tuple[str, Settings]] = {
        "x": ("Input", {"shape": [2]}),
        "l": ("Linear", {"units": 1, "trainable": False}),
        "sgd": SGD,
    }
    frozen = draw(nodes, ["x -> l", "l -> sgd.loss"])
    assert "frozen" in wire_into(frozen, "sgd", "loss").reason
    behind = draw({**nodes, "p": ("Parameter", {"shape": [2]})}, ["p -> l", "l -> sgd.loss"])
    assert wire_into(behind, "sgd", "loss").carries_gradient


def test_a_reason_travels_downstream() -> None:
    graph = draw({"x": ("Input", {"shape": [2]}), "s": "Sum", "sgd": SGD}, ["x -> s", "s -> sgd.loss"])
    assert wire_into(graph, "sgd", "loss").reason == "An Input has nothing to change."
