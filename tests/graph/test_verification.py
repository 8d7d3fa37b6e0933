"""The public gradient check finds autodiff right, and would find it wrong."""

import numpy as np

from tests.graph.drawing import classifier, lowered_parameter
from tests.graph.test_program import batch_of
from wiregrad.graph import GradientCheck, check_gradients


def test_autodiff_agrees_with_finite_differences() -> None:
    checks = check_gradients(classifier(), batch_of(8))
    assert {check.tensor for check in checks} == {
        "hidden.weight",
        "hidden.bias",
        "logits.weight",
        "logits.bias",
    }
    assert max(check.error for check in checks) < 1e-6


def test_graphs_without_inputs_are_checked_too() -> None:
    (check,) = check_gradients(lowered_parameter())
    assert check.autodiff == [1.0]
    assert check.error < 1e-6


def test_a_wrong_gradient_shows() -> None:
    check = GradientCheck("w", np.array([0]), np.array([1.0]), np.array([1.5]))
    assert check.error > 0.1
