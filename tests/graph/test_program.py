"""Compiled graphs: they compute what PyTorch computes, and a state can be put away and taken up again."""

from typing import Any

import numpy as np
import pytest

from tests.graph.drawing import SGD, classifier, draw, lowered_parameter
from tests.requirements import require_torch
from wiregrad.graph import Graph, GraphError, InputError, Program, State, StateError, compile_graph


def batch_of(size: int, features: int = 6, classes: int = 3, seed: int = 0) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    return {
        "x": generator.standard_normal((size, features), np.float32),
        "y": generator.integers(0, classes, size),
    }


def assert_same_state(left: State, right: State) -> None:
    assert left.arrays().keys() == right.arrays().keys()
    for name, array in left.arrays().items():
        np.testing.assert_array_equal(array, right.arrays()[name], err_msg=name)


def dropout_classifier() -> Graph:
    data = classifier().document.to_json()
    data["nodes"].append({"id": "drop", "kind": "Dropout", "settings": {"probability": 0.5}})
    for wire in data["wires"]:
        if wire["target"] == {"node": "logits", "port": "input"}:
            wire["source"] = {"node": "drop", "port": "output"}
    data["wires"].append(
        {"source": {"node": "relu", "port": "output"}, "target": {"node": "drop", "port": "input"}}
    )
    return Graph.from_json(data)


def test_an_illegal_graph_is_refused_with_its_problems() -> None:
    with pytest.raises(GraphError) as caught:
        compile_graph(draw({"c": "Constant", "sgd": SGD}, ["c -> sgd.loss"]))
    assert caught.value.problems[0].node == "sgd"


def test_a_hundred_steps_lower_a_parameter_from_5_to_minus_5() -> None:
    program = compile_graph(lowered_parameter())
    session = program.session(program.init())
    losses = session.steps(100).losses["Optimizer"]
    assert losses[0] == 5
    assert session.evaluate()["value"] == pytest.approx(-5.0, abs=1e-4)


@pytest.mark.parametrize("algorithm", ["sgd", "adam"])
def test_training_equals_pytorch(algorithm: str) -> None:
    torch = require_torch()
    momentum = {"momentum": 0.9} if algorithm == "sgd" else {}
    graph = classifier(optimizer={"algorithm": algorithm, "learning_rate": 0.05, **momentum})
    program = compile_graph(graph)
    state = program.init(seed=3)
    layers = [torch.nn.Linear(6, 8), torch.nn.Linear(8, 3)]
    for layer, name in zip(layers, ("hidden", "logits"), strict=True):
        layer.weight.data = torch.tensor(state.parameters[f"{name}.weight"])
        layer.bias.data = torch.tensor(state.parameters[f"{name}.bias"])
    model = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1])
    kind = torch.optim.SGD if algorithm == "sgd" else torch.optim.Adam
    optimizer = kind(model.parameters(), lr=0.05, **momentum)
    session = program.session(state)
    for step in range(20):
        batch = batch_of(16, seed=step)
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(torch.tensor(batch["x"])), torch.tensor(batch["y"]))
        loss.backward()
        optimizer.step()
        assert session.step(batch).losses["Optimizer"] == pytest.approx(loss.item(), rel=1e-4)
    trained = session.state().parameters
    np.testing.assert_allclose(trained["hidden.weight"], layers[0].weight.detach().numpy(), atol=1e-5)


def test_a_short_last_batch_trains_too() -> None:
    program = compile_graph(classifier(), batch_size=16)
    long_then_short = program.session(program.init())
    long_then_short.step(batch_of(16))
    before = long_then_short.state()
    result = long_then_short.step(batch_of(5, seed=1))
    assert long_then_short.step_count == 2
    assert result.metrics["accuracy"][1] == 5
    _, losses = program.step(before, batch_of(5, seed=1))
    assert losses == result.losses


def test_a_state_put_away_goes_on_bit_for_bit() -> None:
    program = compile_graph(dropout_classifier())
    straight = program.session(program.init(seed=1))
    for step in range(10):
        straight.step(batch_of(16, seed=step))
    half = program.session(program.init(seed=1))
    for step in range(5):
        half.step(batch_of(16, seed=step))
    resumed = compile_graph(dropout_classifier())
    session = resumed.session(resumed.restore(half.state().arrays()))
    for step in range(5, 10):
        session.step(batch_of(16, seed=step))
    assert_same_state(session.state(), straight.state())


def test_foreign_arrays_are_refused() -> None:
    program = compile_graph(classifier())
    with pytest.raises(StateError, match="another graph"):
        program.restore(compile_graph(lowered_parameter()).init().arrays())


def test_initial_values_depend_on_the_seed_and_the_node_alone() -> None:
    small, large = compile_graph(classifier(classes=3)), compile_graph(classifier(classes=7))
    np.testing.assert_array_equal(
        small.init(4).parameters["hidden.weight"], large.init(4).parameters["hidden.weight"]
    )
    different = small.init(5).parameters["hidden.weight"]
    assert not np.array_equal(small.init(4).parameters["hidden.weight"], different)


def test_evaluation_needs_only_the_inputs_behind_an_output() -> None:
    program = compile_graph(classifier())
    assert program.outputs["prediction"].inputs == ("x",)
    result = program.evaluate(program.init(), {"x": batch_of(4)["x"]})["prediction"]
    np.testing.assert_allclose(result.sum(axis=1), np.ones(4), rtol=1e-5)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({}, "missing"),
        ({"x": np.zeros((4, 5))}, r"takes the shape \(4, 6\); got \(4, 5\)"),
        ({"x": 1.0}, "leading batch axis"),
        ({"x": np.zeros((4, 6), complex)}, "takes float32; got complex"),
        ({"x": np.array([["a"] * 6])}, "takes float32; got <U1"),
    ],
)
def test_an_input_that_does_not_fit_is_refused(inputs: dict[str, Any], words: str) -> None:
    program = compile_graph(classifier())
    with pytest.raises(InputError, match=words):
        program.evaluate(program.init(), inputs)


def test_measuring_in_parts_adds_up_to_measuring_at_once() -> None:
    program = compile_graph(classifier())
    state = program.init()
    whole = batch_of(12)
    parts = [{name: array[i : i + 4] for name, array in whole.items()} for i in (0, 4, 8)]
    at_once = program.measure(state, whole)
    measured = [program.measure(state, part) for part in parts]
    total = sum(part.losses["Optimizer"][0] for part in measured)
    assert total == pytest.approx(at_once.losses["Optimizer"][0], rel=1e-5)
    added = sum((part.metrics["accuracy"] for part in measured), np.zeros(2))
    assert added.tolist() == at_once.metrics["accuracy"].tolist()


def test_a_learning_rate_changed_in_flight_holds_from_the_next_step() -> None:
    program = compile_graph(lowered_parameter())
    session = program.session(program.init())
    session.step()
    session.set_learning_rate("Optimizer", 1.0)
    session.step()
    assert session.evaluate()["value"] == pytest.approx(5 - 0.1 - 1.0, abs=1e-6)
    with pytest.raises(KeyError, match="expected an optimizer among Optimizer"):
        session.set_learning_rate("ghost", 1.0)


def test_steps_see_that_a_batch_is_not_like_the_last_one() -> None:
    program = compile_graph(classifier())
    session, fresh = (program.session(program.init()) for _ in range(2))
    first, second, third = (batch_of(16, seed=seed) for seed in range(3))
    session.step(first)
    session.step({**second, "x": second["x"].astype("float64")})
    with pytest.raises(InputError, match="missing"):
        session.step({"x": third["x"]})
    with pytest.raises(InputError, match=r"takes the shape \(16, 6\); got \(16, 5\)"):
        session.step({**third, "x": third["x"][:, :5]})
    session.step({name: array[:7] for name, array in third.items()})
    session.step({name: array.tolist() for name, array in third.items()})
    fresh.step(first)
    fresh.step(second)
    fresh.step({name: array[:7] for name, array in third.items()})
    fresh.step(third)
    assert_same_state(session.state(), fresh.state())


def two_optimizers(first: dict[str, Any], second: dict[str, Any]) -> Program:
    return compile_graph(
        draw(
            {
                "a": ("Parameter", {"values": 3}),
                "b": ("Parameter", {"values": 2}),
                "product": "Mul",
                "one": ("Optimizer", {"name": "one", "learning_rate": 0.5, **first}),
                "two": ("Optimizer", {"name": "two", "learning_rate": 0.5, **second}),
            },
            ["a -> product.a", "b -> product.b", "product -> one.loss", "product -> two.loss"],
        )
    )


def test_a_later_optimizer_sees_what_an_earlier_one_moved() -> None:
    program = two_optimizers({"order": 1, "optimize": ["a"]}, {"order": 2, "optimize": ["b"]})
    state, losses = program.step(program.init())
    assert losses == {"one": 6.0, "two": 4.0}  # a: 3 - 0.5 * 2 = 2, so the second loss is 2 * 2
    assert state.parameters["a.value"] == 2.0
    assert state.parameters["b.value"] == 1.0  # 2 - 0.5 * 2


def test_order_decides_which_optimizer_steps_first() -> None:
    program = two_optimizers({"order": 2, "optimize": ["a"]}, {"order": 1, "optimize": ["b"]})
    assert [info.name for info in program.optimizers] == ["two", "one"]
    state, _ = program.step(program.init())
    assert state.parameters["b.value"] == 0.5  # 2 - 0.5 * 3


def test_two_optimizers_may_share_a_parameter() -> None:
    program = two_optimizers({}, {"optimize": ["a"]})
    state, _ = program.step(program.init())
    assert state.parameters["b.value"] == 0.5
    assert state.parameters["a.value"] == pytest.approx(3 - 0.5 * 2 - 0.5 * 0.5)


def test_a_float64_program_computes_in_float64() -> None:
    program = compile_graph(classifier(), dtype="float64")
    state, _ = program.step(program.init(), batch_of(8))
    assert {array.dtype for array in state.parameters.values()} == {np.dtype(np.float64)}


def test_a_trace_has_every_value_and_gradient() -> None:
    program = compile_graph(classifier())
    trace = program.trace(program.init(), batch_of(8))
    assert trace.values["relu.output"].shape == (8, 8)
    assert trace.gradients["hidden.weight"].shape == trace.values["hidden.weight"].shape
    assert "x.output" in trace.values
    assert trace.values["loss.output"] == pytest.approx(trace.loss)


def test_a_trace_of_an_unknown_optimizer_names_those_there_are() -> None:
    program = compile_graph(classifier())
    (known,) = (info.name for info in program.optimizers)
    with pytest.raises(KeyError, match=f"an optimizer among {known}; got 'other'"):
        program.trace(program.init(), batch_of(8), "other")
