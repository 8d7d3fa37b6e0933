"""Weights of one graph as starting values of another."""

import numpy as np

from tests.graph.drawing import draw
from wiregrad.graph import Graph, Program, compile_graph


def network(width: int, out: str = "out") -> Program:
    graph: Graph = draw(
        {
            "x": ("Input", {"name": "x", "shape": [4]}),
            "first": ("Linear", {"units": 3}),
            out: ("Linear", {"units": width}),
            "sum": ("Sum", {}),
            "sgd": "Optimizer",
        },
        ["x -> first.input", f"first -> {out}.input", f"{out} -> sum.input", "sum -> sgd.loss"],
    )
    return compile_graph(graph, 2)


def test_what_fits_by_node_name_and_shape_is_taken_and_the_rest_starts_afresh() -> None:
    source, target = network(2), network(5)
    trained = source.init(seed=1)
    state = target.init(seed=2, start_from=trained.parameters)
    fresh = target.init(seed=2)
    for name in ("first.weight", "first.bias"):
        np.testing.assert_array_equal(state.parameters[name], trained.parameters[name])
    for name in ("out.weight", "out.bias"):
        np.testing.assert_array_equal(state.parameters[name], fresh.parameters[name])
    fit = target.fitting(trained.parameters)
    assert (fit.taken, fit.other_shape) == (("first.weight", "first.bias"), ("out.weight", "out.bias"))
    assert fit.in_words() == (
        "Took 2 of 4 tensors from the earlier weights. 2 have another shape there: out.weight, out.bias."
    )


def test_names_that_only_one_of_them_has_are_said() -> None:
    fit = network(2, "head").fitting(network(2).init(0).arrays())
    assert fit.missing == ("head.weight", "head.bias")
    assert fit.unused == ("out.weight", "out.bias")
    assert "2 of the earlier weights have no place here: out.weight, out.bias." in fit.in_words()


def test_an_optimizers_memory_is_not_taken_and_the_source_is_left_alone() -> None:
    program = network(2)
    batch = {"x": np.ones((2, 4), np.float32)}
    trained, _ = program.step(program.init(0), batch)
    state = program.init(1, start_from=trained.arrays())
    assert state.step == 0
    assert all(not array.any() for array in state.optimizer.values())
    state.parameters["first.weight"][:] = 0
    assert trained.parameters["first.weight"].any()
