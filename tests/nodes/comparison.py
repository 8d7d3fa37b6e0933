"""One node against PyTorch, in float64: its value, and the gradients for all that it is made of."""

# ruff: noqa: ANN401 - settings of any type, and PyTorch, whose types are unknown here

from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import reject

from tests.nodes.pytorch import Twin, twin
from tests.nodes.running import Array, Case, backward, compiled, prepare
from tests.requirements import require_torch
from wiregrad.engine.ir import is_float
from wiregrad.nodes import MetricNode, Node, NodeProblem, ValueType, catalogue


def node_of(kind: str, given_settings: dict[str, Any]) -> Node:
    return catalogue()[kind].model_validate(given_settings)


def check(
    node: Node, *types: ValueType, tolerance: float = 1e-6, changed: Mapping[str, Array] | None = None
) -> None:
    """Values and gradients are those of PyTorch; a case that the node refuses is no case.

    `changed` replaces what is drawn for an input. PyTorch spells some constants in float32, so float64
    agrees to about that unless `tolerance` says more.
    """
    case = Case(node, types)
    try:
        node.infer(*types)
    except NodeProblem:
        reject()
    alone, values, feed = prepare(case, training=False)
    feed.update(changed or {})
    expected = twin(case, feed)
    came = compiled(alone, values)(feed)
    if isinstance(node, MetricNode):
        summary = node.summarize(node.sums(came["measured"].astype(np.float64)))
        _close(np.asarray(summary), expected.outputs[0], str(case), tolerance)
        return
    _close(came["output"], expected.outputs[0], str(case), tolerance)
    value = values["output"]
    if is_float(value.dtype) and expected.outputs[0].requires_grad:
        cotangent = np.random.default_rng(2).uniform(0.5, 1.5, value.shape)
        _check_gradients(case, backward(alone, value, cotangent)(feed), cotangent, expected, tolerance)


def _check_gradients(
    case: Case, found: dict[str, Array], cotangent: Array, expected: Twin, tolerance: float
) -> None:
    expected.outputs[0].backward(require_torch().from_numpy(np.asarray(cotangent)))
    for name, leaf in expected.leaves.items():
        if leaf.grad is not None and name in found:
            _close(found[name], leaf.grad, f"{case}: gradient for {name}", tolerance)
        elif leaf.grad is not None:
            assert not leaf.grad.any(), f"{case}: no gradient for {name}"
        else:
            assert name not in found, f"{case}: PyTorch has no gradient for {name}"


def _close(got: Array, expected: Any, message: str, tolerance: float) -> None:
    wanted = expected.detach().numpy()
    assert got.shape == wanted.shape, message
    np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance, err_msg=message)
