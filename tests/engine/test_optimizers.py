"""Update rules against PyTorch's over many steps; Lion's, which PyTorch has not, against its paper."""

# ruff: noqa: ANN401 - PyTorch is not a dependency, so its types are unknown here

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.requirements import require_torch
from wiregrad.engine import ops
from wiregrad.engine.backends import get_backend
from wiregrad.engine.ir import DType, Function
from wiregrad.engine.optimizers import UpdateRule, get_rule, rules
from wiregrad.engine.optimizers.adam import Adam
from wiregrad.engine.optimizers.adamw import AdamW
from wiregrad.engine.optimizers.lion import Lion
from wiregrad.engine.optimizers.muon import Muon
from wiregrad.engine.optimizers.rmsprop import RmsProp
from wiregrad.engine.optimizers.sgd import Sgd

STEPS, RATE = 50, 0.01
TOLERANCES: Mapping[DType, float] = {"float32": 1e-5, "float64": 1e-10}

fractions = st.floats(0.1, 0.99)
decays = st.sampled_from([0.0, 0.01, 0.3])
epsilons = st.sampled_from([1e-10, 1e-8, 1e-3])
on_or_off = st.booleans()


@dataclass(frozen=True)
class Twin:
    """PyTorch's optimizer of a rule: its name, what its arguments are called, and settings to try."""

    name: str
    arguments: Mapping[str, str]
    settings: Mapping[str, st.SearchStrategy[Any]]

    def make(self, parameters: list[Any], rule: UpdateRule) -> Any:
        given_settings = {
            self.arguments.get(field.name, field.name): getattr(rule, field.name)
            for field in fields(rule)  # type: ignore[arg-type]
        }
        if "beta1" in given_settings:
            given_settings["betas"] = (given_settings.pop("beta1"), given_settings.pop("beta2"))
        return getattr(require_torch().optim, self.name)(parameters, lr=RATE, **given_settings)


ADAM_SETTINGS = {"beta1": fractions, "beta2": fractions, "epsilon": epsilons, "weight_decay": decays}
TWINS: Mapping[str, Twin] = {
    "sgd": Twin(
        "SGD",
        {},
        {"momentum": fractions, "dampening": st.sampled_from([0.0, 0.5]), "weight_decay": decays},
    ),
    "rmsprop": Twin(
        "RMSprop",
        {"epsilon": "eps"},
        {
            "alpha": st.floats(0.6, 0.999),
            "epsilon": epsilons,
            "momentum": st.sampled_from([0.0, 0.9]),
            "centered": on_or_off,
            "weight_decay": decays,
        },
    ),
    "adagrad": Twin(
        "Adagrad",
        {"epsilon": "eps", "initial_sum": "initial_accumulator_value", "rate_decay": "lr_decay"},
        {
            "epsilon": epsilons,
            "initial_sum": st.sampled_from([0.0, 0.1]),
            "rate_decay": decays,
            "weight_decay": decays,
        },
    ),
    "adadelta": Twin(
        "Adadelta",
        {"epsilon": "eps"},
        {"rho": fractions, "epsilon": st.sampled_from([1e-6, 1e-3]), "weight_decay": decays},
    ),
    "adam": Twin("Adam", {"epsilon": "eps"}, {**ADAM_SETTINGS, "amsgrad": on_or_off}),
    "adamw": Twin("AdamW", {"epsilon": "eps"}, {**ADAM_SETTINGS, "amsgrad": on_or_off}),
    "nadam": Twin("NAdam", {"epsilon": "eps"}, {**ADAM_SETTINGS, "momentum_decay": decays}),
}
NOT_IN_PYTORCH_ALONE = {"lion", "muon"}


def test_every_rule_is_compared() -> None:
    assert set(rules()) == TWINS.keys() | NOT_IN_PYTORCH_ALONE
    for name, twin in TWINS.items():
        tried = twin.settings.keys() | {"nesterov"}
        assert tried >= {field.name for field in fields(get_rule(name))}, name  # type: ignore[arg-type]


def test_an_unknown_rule_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"among .*adam.*sgd; got 'adamant'"):
        get_rule("adamant")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({}, "momentum above 0"), ({"momentum": 0.9, "dampening": 0.5}, "no dampening")],
    ids=["no momentum", "dampening"],
)
def test_nesterov_needs_plain_momentum(wrong: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Sgd(nesterov=True, **wrong)


def _update(rule: UpdateRule, dtype: DType, shape: tuple[int, ...]) -> Function:
    parameter, gradient = ops.input("parameter", dtype, shape), ops.input("gradient", dtype, shape)
    rate, step = ops.input("rate", dtype, ()), ops.input("step", "int64", ())
    state = {name: ops.input(name, t.dtype, t.shape) for name, t in rule.state(parameter.type).items()}
    following = ops.add(step, ops.full(1, "int64"))
    new, new_state = rule.update(parameter, gradient, state, rate, following)
    outputs = {"new parameter": new, "new step": following, **{f"new {n}": v for n, v in new_state.items()}}
    inputs = {"parameter": parameter, "gradient": gradient, "rate": rate, "step": step, **state}
    return Function("update", inputs, outputs, {name: name.removeprefix("new ") for name in outputs})


def _compare(
    rule: UpdateRule,
    reference: Callable[[np.ndarray], Callable[[np.ndarray], np.ndarray]],
    dtype: DType,
    shape: tuple[int, ...] = (4, 5),
) -> None:
    """Both start at the same numbers and are given the same gradients, of sizes from 0.001 to 1000."""
    draw = np.random.default_rng(0)
    start = np.asarray(draw.standard_normal(shape), dtype)
    sizes = 10 ** draw.uniform(-3, 3, shape)
    step_of_theirs = reference(start.copy())
    ours = get_backend("numpy").compile(_update(rule, dtype, shape))
    ours.load({"parameter": start})
    theirs = start
    for _ in range(STEPS):
        gradient = np.asarray(draw.standard_normal(shape) * sizes, dtype)
        theirs = step_of_theirs(gradient.copy())
        ours.run({"gradient": gradient, "rate": np.array(RATE, dtype)})
    got = ours.read()
    assert got["step"] == STEPS
    error = np.abs(got["parameter"] - theirs) / np.maximum(1, np.abs(theirs))
    assert error.max() <= TOLERANCES[dtype], rule


def _torch_steps(
    make: Callable[[list[Any]], Any], shape: tuple[int, ...] | None = None
) -> Callable[[np.ndarray], Callable[[np.ndarray], np.ndarray]]:
    """`shape`: how the parameter lies in PyTorch, if not as in ours."""
    torch = require_torch()

    def begin(start: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        parameter = torch.nn.Parameter(torch.from_numpy(start.reshape(shape or start.shape)))
        optimizer = make([parameter])

        def step(gradient: np.ndarray) -> np.ndarray:
            parameter.grad = torch.from_numpy(gradient.reshape(parameter.shape))
            optimizer.step()
            return np.asarray(parameter.detach().numpy().reshape(start.shape))

        return step

    return begin


@contextmanager
def _torch_scalars(dtype: DType) -> Iterator[None]:
    """PyTorch keeps NAdam's product of momenta in its default dtype, whatever the parameters have."""
    torch = require_torch()
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, dtype))
    try:
        yield
    finally:
        torch.set_default_dtype(before)


DEFAULTS = [kind() for name, kind in sorted(rules().items()) if name in TWINS]
CORNERS: list[UpdateRule] = [
    Sgd(momentum=0.9, nesterov=True, weight_decay=0.01),
    Sgd(momentum=1.0, dampening=1.0),
    RmsProp(centered=True, momentum=0.9),
    Adam(beta1=0.0, beta2=0.5, epsilon=1e-3, weight_decay=0.1),
    AdamW(amsgrad=True),
]
both_precisions = pytest.mark.parametrize("dtype", ["float32", "float64"])


@both_precisions
@pytest.mark.parametrize("rule", [*DEFAULTS, *CORNERS], ids=str)
def test_rules_follow_pytorch(rule: UpdateRule, dtype: DType) -> None:
    with _torch_scalars(dtype):
        _compare(rule, _torch_steps(lambda parameters: TWINS[rule.name].make(parameters, rule)), dtype)


@both_precisions
@pytest.mark.parametrize("name", sorted(TWINS))
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_rules_follow_pytorch_with_any_settings(name: str, dtype: DType, data: st.DataObject) -> None:
    twin = TWINS[name]
    rule = get_rule(name)(**data.draw(st.fixed_dictionaries(dict(twin.settings))))
    with _torch_scalars(dtype):
        _compare(rule, _torch_steps(lambda parameters: twin.make(parameters, rule)), dtype)


@both_precisions
@settings(max_examples=6, deadline=None)
@given(beta1=fractions, beta2=fractions, weight_decay=decays)
def test_lion_follows_its_paper(dtype: DType, beta1: float, beta2: float, weight_decay: float) -> None:
    def begin(start: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
        parameter, mean = start.astype(float), np.zeros(start.shape)

        def step(gradient: np.ndarray) -> np.ndarray:
            nonlocal parameter, mean
            update = np.sign(beta1 * mean + (1 - beta1) * gradient)
            parameter = parameter - RATE * (update + weight_decay * parameter)
            mean = beta2 * mean + (1 - beta2) * gradient
            return parameter

        return step

    _compare(Lion(beta1, beta2, weight_decay), begin, dtype)


def _muon(rule: Muon) -> Callable[[list[Any]], Any]:
    return lambda parameters: require_torch().optim.Muon(
        parameters,
        lr=RATE,
        momentum=rule.momentum,
        nesterov=rule.nesterov_momentum,
        weight_decay=rule.weight_decay,
        adjust_lr_fn="match_rms_adamw" if rule.match_adamw else "original",
    )


MUONS = [Muon(), Muon(momentum=0.5, nesterov_momentum=False, weight_decay=0.0), Muon(match_adamw=True)]


@both_precisions
@pytest.mark.parametrize("rule", MUONS, ids=["default", "plain", "match"])
@pytest.mark.parametrize("shape", [(4, 6), (6, 4), (3, 2, 2, 2)], ids=str)
def test_muon_turns_matrices_as_pytorch_does(rule: Muon, shape: tuple[int, ...], dtype: DType) -> None:
    """PyTorch iterates in bfloat16, with two to three digits; here it is made to keep the dtype."""
    torch = require_torch()
    in_pytorch = (shape[0], int(np.prod(shape[1:])))
    with patch.object(torch.Tensor, "bfloat16", lambda tensor: tensor.clone()):
        _compare(rule, _torch_steps(_muon(rule), in_pytorch), dtype, shape)


def test_muon_is_near_to_pytorch_in_bfloat16() -> None:
    with patch.dict(TOLERANCES, {"float32": 0.03}):
        _compare(Muon(), _torch_steps(_muon(Muon())), "float32", (4, 6))


@both_precisions
@pytest.mark.parametrize("shape", [(), (7,)], ids=str)
def test_muon_leaves_vectors_to_adamw(shape: tuple[int, ...], dtype: DType) -> None:
    def make(parameters: list[Any]) -> Any:
        return require_torch().optim.AdamW(parameters, lr=RATE * 0.3, weight_decay=0.1)

    _compare(Muon(vector_rate=0.3), _torch_steps(make), dtype, shape)


def test_only_rules_that_see_whole_tensors_depend_on_how_they_lie() -> None:
    """What a flat buffer of many tensors relies on: a rule without `per_tensor` works number by number."""
    draw = np.random.default_rng(1)
    start, gradient = draw.standard_normal((2, 4, 5))
    for name, kind in rules().items():
        results = []
        for shape in ((4, 5), (20,)):
            executable = get_backend("numpy").compile(_update(kind(), "float64", shape))
            executable.load({"parameter": start.reshape(shape)})
            executable.run({"gradient": gradient.reshape(shape), "rate": np.array(RATE)})
            results.append(executable.read()["parameter"].ravel())
        assert np.array_equal(results[0], results[1]) != kind.per_tensor, name
