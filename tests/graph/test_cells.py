"""A Cell is a recurrent network, unrolled: the same as PyTorch's cells in a loop."""

from typing import Any

import numpy as np
import pytest

from tests.graph.drawing import Drawing, draw
from tests.requirements import require_torch
from wiregrad.graph import Graph, Problem, State, compile_graph

STEPS, FEATURES, UNITS = 7, 3, 5
RECURRENT: Drawing = (
    {
        "x": ("BlockInput", {"name": "x"}),
        "h": ("BlockInput", {"name": "h", "zeros": [UNITS]}),
        "input": ("Linear", {"units": UNITS}),
        "hidden": ("Linear", {"units": UNITS}),
        "sum": "Add",
        "tanh": ("Activation", {"function": "tanh"}),
        "out": ("BlockOutput", {"name": "h"}),
    },
    ["x -> input", "h -> hidden", "input -> sum.a", "hidden -> sum.b", "sum -> tanh", "tanh -> out"],
)
SGD = ("Optimizer", {"learning_rate": 0.1})


def recurrent(given_state: bool = False, **settings: Any) -> Graph:  # noqa: ANN401 - settings of the Cell
    nodes: dict[str, Any] = {
        "data": ("Input", {"name": "data", "shape": [STEPS, FEATURES]}),
        "target": ("Input", {"name": "target", "shape": [STEPS, UNITS]}),
        "cell": ("Cell", {"block": "rnn", "steps": STEPS, **settings}),
        "loss": "Loss",
        "sgd": SGD,
        "sequence": ("Output", {"name": "sequence"}),
        "last": ("Output", {"name": "last"}),
    }
    wires = ["data -> cell.x", "cell.h -> loss.prediction", "target -> loss.target", "loss -> sgd.loss"]
    wires += ["cell.h -> sequence", "cell.last_h -> last"]
    if given_state:
        nodes["start"] = ("Parameter", {"shape": [UNITS], "initializer": "normal"})
        wires.append("start -> cell.h")
    return draw(nodes, wires, blocks={"rnn": RECURRENT})


def batch() -> dict[str, Any]:
    generator = np.random.default_rng(0)
    return {
        "data": generator.standard_normal((4, STEPS, FEATURES)),
        "target": generator.standard_normal((4, STEPS, UNITS)),
    }


def torch_cell(state: State) -> Any:  # noqa: ANN401 - PyTorch's types are unknown here
    torch = require_torch()
    cell = torch.nn.RNNCell(FEATURES, UNITS).double()
    with torch.no_grad():
        for ours, theirs in (("input", "ih"), ("hidden", "hh")):
            for kind in ("weight", "bias"):
                tensor = getattr(cell, f"{kind}_{theirs}")
                tensor.copy_(torch.from_numpy(state.parameters[f"cell/{ours}.{kind}"].copy()))
    return cell


@pytest.mark.parametrize("given_state", [False, True], ids=["zeros", "state"])
@pytest.mark.parametrize("reverse", [False, True], ids=["forward", "backward"])
@pytest.mark.parametrize("truncate", [0, 1, 3, 7])
def test_training_equals_a_loop_in_pytorch(given_state: bool, reverse: bool, truncate: int) -> None:
    torch = require_torch()
    program = compile_graph(recurrent(given_state, reverse=reverse, truncate=truncate), dtype="float64")
    before = program.init(seed=2)
    cell = torch_cell(before)
    start = torch.zeros(UNITS, dtype=torch.float64)
    if given_state:
        start = torch.from_numpy(before.parameters["start.value"].copy()).requires_grad_()
    parameters = [*cell.parameters(), *([start] if given_state else [])]
    data, target = (torch.from_numpy(array) for array in batch().values())
    h, steps = start.expand(4, UNITS), {}
    for number, time in enumerate(reversed(range(STEPS)) if reverse else range(STEPS)):
        if truncate and number and number % truncate == 0:
            h = h.detach()
        h = steps[time] = cell(data[:, time], h)
    sequence = torch.stack([steps[time] for time in range(STEPS)], dim=1)
    loss = torch.nn.functional.mse_loss(sequence, target)
    optimizer = torch.optim.SGD(parameters, lr=0.1)
    loss.backward()
    optimizer.step()

    after, losses = program.step(before, batch())
    assert losses["Optimizer"] == pytest.approx(loss.item(), rel=1e-12)
    trained = torch_cell(after)
    for ours, theirs in zip(trained.parameters(), cell.parameters(), strict=True):
        np.testing.assert_allclose(ours.detach(), theirs.detach(), rtol=1e-10, atol=1e-12)
    if given_state:
        np.testing.assert_allclose(after.parameters["start.value"], start.detach(), rtol=1e-10)
    values = program.evaluate(before, {"data": batch()["data"]})
    np.testing.assert_allclose(values["sequence"], sequence.detach(), rtol=1e-10)
    np.testing.assert_allclose(values["last"], h.detach(), rtol=1e-10)


def test_truncation_changes_the_gradient() -> None:
    """Else the comparison above could not tell."""
    whole, cut = (compile_graph(recurrent(truncate=k)) for k in (0, 3))
    first, second = (program.step(program.init(), batch())[0].parameters for program in (whole, cut))
    assert not np.allclose(first["cell/hidden.weight"], second["cell/hidden.weight"], rtol=1e-4)


def test_a_constant_is_the_same_at_every_step() -> None:
    block: Drawing = (
        {
            "rate": ("BlockInput", {"name": "rate"}),
            "x": ("BlockInput", {"name": "x"}),
            "money": ("BlockInput", {"name": "money"}),
            "interest": "Mul",
            "more": "Add",
            "out": ("BlockOutput", {"name": "money"}),
        },
        ["rate -> interest.a", "money -> interest.b", "interest -> more.a", "x -> more.b", "more -> out"],
    )
    graph = draw(
        {
            "rate": ("Parameter", {"values": 1.5}),
            "paid": ("Constant", {"values": [1, 2, 3]}),
            "start": ("Constant", {"values": 10}),
            "cell": ("Cell", {"block": "bank", "steps": 3, "constants": ["rate"]}),
            "out": "Output",
        },
        ["rate -> cell.rate", "paid -> cell.x", "start -> cell.money", "cell.money -> out"],
        blocks={"bank": block},
    )
    program = compile_graph(graph)
    values = program.evaluate(program.init())["output"]
    np.testing.assert_allclose(values, [16, 26, 42])


def test_a_report_shows_a_step_with_a_carried_state() -> None:
    report = recurrent().check()
    assert report.problems == ()
    cell = report.nodes["cell"]
    assert [(port.name, port.optional) for port in cell.inputs] == [("x", False), ("h", True)]
    assert [port.name for port in cell.outputs] == ["h", "last_h"]
    values = [port.value for port in cell.outputs]
    assert [value and value.shape for value in values] == [(STEPS, UNITS), (UNITS,)]
    assert cell.parameters == FEATURES * UNITS + UNITS * UNITS + 2 * UNITS
    assert cell.multiply_adds == STEPS * (FEATURES * UNITS + UNITS * UNITS)
    (carried,) = report.nodes["cell/h"].outputs
    assert carried.value is not None
    assert carried.value.carries_gradient
    assert {wire.source.node for wire in report.wires if wire.target.node == "cell/sum"} == {
        "cell/input",
        "cell/hidden",
    }
    assert not any("#" in name for name in report.nodes)


def only_problem(graph: Graph) -> Problem:
    (problem,) = graph.check().errors
    return problem


def test_a_sequence_of_another_length_is_refused_once() -> None:
    problem = only_problem(recurrent(steps=5))
    assert (problem.node, problem.port, problem.code) == ("cell", "x", "shape")
    assert problem.expected == "5 steps, shape (5, ...)"


def test_a_state_that_changes_its_shape_is_refused_where_it_is_drawn() -> None:
    drawn = recurrent().document.to_json()
    for node in drawn["blocks"][0]["nodes"]:
        if node["id"] == "h":
            node["settings"]["zeros"] = [UNITS + 1]
    problem = only_problem(Graph.from_json(drawn))
    assert (problem.node, problem.code) == ("cell/hidden", "shape")
    assert "(step 2 of Rnn)" in problem.message


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"constants": ["h"]}, "setting"), ({"steps": 0}, "setting"), ({"steps": 900}, "limit")],
)
def test_a_cell_that_cannot_be_is_refused(settings: dict[str, Any], code: str) -> None:
    problem = only_problem(recurrent(**settings))
    assert (problem.node, problem.code) == ("cell", code)
