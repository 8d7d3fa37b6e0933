"""Update rules against PyTorch's, over many steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.requirements import require_torch
from wiregrad.engine import ops
from wiregrad.engine.backends import get_backend
from wiregrad.engine.ir import DType, Function
from wiregrad.engine.optimizers import UpdateRule, get_rule, rules
from wiregrad.engine.optimizers.adam import Adam
from wiregrad.engine.optimizers.sgd import Sgd

STEPS, RATE = 300, 0.01
CASES: list[tuple[UpdateRule, str, dict[str, Any]]] = [
    (Sgd(), "SGD", {}),
    (Sgd(weight_decay=0.1), "SGD", {"weight_decay": 0.1}),
    (Sgd(momentum=0.9), "SGD", {"momentum": 0.9}),
    (Sgd(momentum=0.9, nesterov=True, weight_decay=0.01), "SGD",
     {"momentum": 0.9, "nesterov": True, "weight_decay": 0.01}),
    (Adam(), "Adam", {}),
    (Adam(beta1=0.0, beta2=0.5, epsilon=1e-3, weight_decay=0.1), "Adam",
     {"betas": (0.0, 0.5), "eps": 1e-3, "weight_decay": 0.1}),
]  # fmt: skip


def test_every_rule_is_compared() -> None:
    assert {type(rule) for rule, _, _ in CASES} == set(rules().values())


def test_an_unknown_rule_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"among .*adam.*sgd; got 'adamant'"):
        get_rule("adamant")


def test_nesterov_needs_momentum() -> None:
    with pytest.raises(ValueError, match="momentum above 0"):
        Sgd(nesterov=True)


def _update(rule: UpdateRule, dtype: DType, shape: tuple[int, ...]) -> Function:
    parameter, gradient = ops.input("parameter", dtype, shape), ops.input("gradient", dtype, shape)
    rate, step = ops.input("rate", dtype, ()), ops.input("step", "int64", ())
    state = {name: ops.input(name, t.dtype, t.shape) for name, t in rule.state(parameter.type).items()}
    following = ops.add(step, ops.full(1, "int64"))
    new, new_state = rule.update(parameter, gradient, state, rate, following)
    outputs = {"new parameter": new, "new step": following, **{f"new {n}": v for n, v in new_state.items()}}
    inputs = {"parameter": parameter, "gradient": gradient, "rate": rate, "step": step, **state}
    return Function("update", inputs, outputs, {name: name.removeprefix("new ") for name in outputs})


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(("rule", "name", "settings"), CASES, ids=lambda case: str(case)[:60])
def test_rules_follow_pytorch(rule: UpdateRule, name: str, settings: dict[str, Any], dtype: DType) -> None:
    torch = require_torch()
    draw = np.random.default_rng(0)
    start = draw.standard_normal((4, 5)).astype(dtype)
    theirs = torch.nn.Parameter(torch.from_numpy(start.copy()))
    optimizer = getattr(torch.optim, name)([theirs], lr=RATE, **settings)
    ours = get_backend("numpy").compile(_update(rule, dtype, start.shape))
    ours.load({"parameter": start})
    for _ in range(STEPS):
        gradient = draw.standard_normal((4, 5)).astype(dtype)
        theirs.grad = torch.from_numpy(gradient.copy())
        optimizer.step()
        ours.run({"gradient": gradient, "rate": np.array(RATE, dtype)})
    tolerance = 2e-5 if dtype == "float32" else 1e-12
    np.testing.assert_allclose(
        ours.read()["parameter"], theirs.detach().numpy(), rtol=tolerance, atol=tolerance
    )
    assert ours.read()["step"] == STEPS
