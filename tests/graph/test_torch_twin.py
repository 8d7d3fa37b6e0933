"""The whole-graph comparison with PyTorch itself, where telling PyTorch what to do takes care."""

import numpy as np
import pytest

from tests.graph.comparing import compare
from tests.graph.drawing import SGD, draw
from tests.graph.random_graphs import RandomGraph
from tests.requirements import require_torch

BATCH = {"x": np.asarray([[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]])}


@pytest.fixture(autouse=True, scope="module")
def _torch() -> None:
    require_torch()


def test_a_dropout_of_zeros_passes_the_gradient_of_those_that_stay() -> None:
    graph = draw(
        {
            "x": ("Input", {"name": "x", "shape": [2]}),
            "zeros": ("Linear", {"units": 8, "initializer": "zeros", "bias_initializer": "zeros"}),
            "drop": ("Dropout", {"probability": 0.5}),
            "sgd": SGD,
        },
        ["x -> zeros", "zeros -> drop", "drop -> sgd.loss"],
    )
    found = compare(RandomGraph(graph, BATCH))
    assert (found.agreement.undecidable, found.slopes, found.corners) == (0, 1, 0)


@pytest.mark.parametrize("kind", ["LayerNorm", "RMSNorm"])
def test_connections_without_weights_to_share_may_differ_in_shape(kind: str) -> None:
    graph = draw(
        {
            "x": ("Input", {"name": "x", "shape": [2]}),
            "wide": ("Linear", {"units": 5}),
            "norm": (kind, {"affine": False, "connections": 2}),
            "y": ("Output", {"name": "y"}),
            "exp": ("Function", {"function": "exp"}),
            "sgd": SGD,
        },
        [
            *("x -> wide", "x -> norm.input", "wide -> norm.input_2"),
            *("norm.output -> y.input", "norm.output_2 -> exp.input", "exp -> sgd.loss"),
        ],
    )
    found = compare(RandomGraph(graph, BATCH))
    assert (found.agreement.undecidable, found.slopes, found.corners) == (0, 1, 0)
