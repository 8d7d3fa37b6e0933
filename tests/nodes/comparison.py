"""One node against PyTorch, in float64: all its values, and the gradients for all that it is made of."""

# ruff: noqa: ANN401 - settings of any type, and PyTorch, whose types are unknown here

import contextlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from hypothesis import reject

from tests.nodes.pytorch import Twin, twin
from tests.nodes.running import Array, Case, backward_of_all, compiled, prepare
from tests.nodes.spelling import Spelling
from tests.requirements import require_torch
from tests.tally import TALLY
from wiregrad.engine.ir import Value, is_float
from wiregrad.nodes import MetricNode, Node, NodeProblem, ValueType, catalogue


def node_of(kind: str, given_settings: dict[str, Any]) -> Node:
    return catalogue()[kind].model_validate(given_settings)


def check(
    node: Node,
    *types: ValueType | None,
    tolerance: float = 1e-6,
    changed: Mapping[str, Array] | None = None,
    training: bool = False,
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
    alone, values, feed = prepare(case, training=training)
    feed.update(changed or {})
    expected = twin(case, feed, training=training)
    came = compiled(alone, values)(feed)
    if isinstance(node, MetricNode):
        summary = node.summarize(node.sums(came["measured"].astype(np.float64)))
        assert_close(np.asarray(summary), expected.outputs[0], case, tolerance=tolerance)
        return
    for (name, got), wanted in zip(came.items(), expected.outputs, strict=True):
        assert_close(got, wanted, case, name, tolerance)
    cotangents = _cotangents(values, expected)
    if cotangents:
        found = backward_of_all(alone, [(values[name], array) for name, array in cotangents.items()])(feed)
        _check_gradients(case, found, cotangents, expected, tolerance)


def check_or_refused_alike(node: Node, *types: ValueType, tolerance: float = 1e-10) -> None:
    """As `check`, and what the node refuses is refused by PyTorch, or leaves nothing of the value."""
    try:
        node.infer(*types)
    except NodeProblem:
        torch = require_torch()
        inputs = [torch.zeros((2, *value.shape) if value.batched else value.shape) for value in types]
        with contextlib.suppress(RuntimeError, ValueError):
            result = Spelling.read(node.torch(*types), {"nn": torch.nn})(*inputs)
            assert not result.numel(), f"{Case(node, types)} is refused; PyTorch makes {result.shape} of it"
    else:
        check(node, *types, tolerance=tolerance)


def _cotangents(values: Mapping[str, Value], expected: Twin) -> dict[str, Array]:
    """A number for each element of each result that has a gradient."""
    generator = np.random.default_rng(2)
    return {
        name: generator.uniform(0.5, 1.5, value.shape)
        for (name, value), wanted in zip(values.items(), expected.outputs, strict=True)
        if is_float(value.dtype) and wanted.requires_grad
    }


def _check_gradients(
    case: Case,
    found: Mapping[str, Array],
    cotangents: Mapping[str, Array],
    expected: Twin,
    tolerance: float,
) -> None:
    torch = require_torch()
    differentiable = [output for output in expected.outputs if output.requires_grad]
    torch.autograd.backward(differentiable, [torch.from_numpy(array) for array in cotangents.values()])
    specs = case.node.parameters(*case.types)
    for name, leaf in expected.leaves.items():
        if name in specs and specs[name].statistic:
            continue  # to PyTorch they are numbers
        if leaf.grad is not None and name in found:
            assert_close(found[name], leaf.grad, case, f"gradient for {name}", tolerance)
        elif leaf.grad is not None:
            assert not leaf.grad.any(), f"{case}: no gradient for {name}"
        else:
            assert name not in found, f"{case}: PyTorch has no gradient for {name}"


def assert_close(got: Array, expected: Any, case: Case, what: str = "value", tolerance: float = 1e-6) -> None:
    wanted = expected.detach().numpy()
    assert got.shape == wanted.shape, f"{case}: {what}"
    TALLY.record(case.node.kind(), got, wanted, tolerance)
    np.testing.assert_allclose(got, wanted, rtol=tolerance, atol=tolerance, err_msg=f"{case}: {what}")
