"""What an Optimizer's settings mean, and that those of the engine's rules are all among them."""

from dataclasses import fields
from typing import Any, get_args

import pytest

from tests.nodes.spelling import Spelling
from tests.requirements import require_torch
from wiregrad.engine.optimizers import rules
from wiregrad.engine.optimizers.adam import Adam
from wiregrad.engine.optimizers.muon import Muon
from wiregrad.engine.optimizers.sgd import Sgd
from wiregrad.nodes import Clipping, NodeProblem, ValueType
from wiregrad.nodes._hyperparameters import Algorithm
from wiregrad.nodes.optimizer import Optimizer

ALGORITHMS = get_args(Algorithm)
PROPERTIES = Optimizer.model_json_schema()["properties"]
BESIDES_THE_RULE = {"algorithm", "learning_rate"}


def test_every_rule_can_be_chosen() -> None:
    assert set(ALGORITHMS) == set(rules())


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_setting_of_a_rule_is_shown_for_it_with_its_default(algorithm: str) -> None:
    shown = {
        name
        for name, schema in PROPERTIES.items()
        if algorithm in schema.get("x-show-when", {}).get("algorithm", [])
    }
    rule = rules()[algorithm]
    assert shown == {field.name for field in fields(rule)}  # type: ignore[arg-type]
    assert Optimizer(algorithm=algorithm).rule() == rule()
    for name in shown:
        schema = PROPERTIES[name]
        default = schema["default"]
        if default is None:
            default = schema["x-default-by"]["algorithm"][algorithm]
        assert default == getattr(rule(), name), name


def test_a_setting_reaches_the_rule() -> None:
    node = Optimizer(algorithm="muon", momentum=0.5, weight_decay=0.0, vector_rate=0.1)
    assert node.rule() == Muon(momentum=0.5, weight_decay=0.0, vector_rate=0.1)


@pytest.mark.parametrize("algorithm", sorted(set(ALGORITHMS) - {"lion"}))
def test_defaults_are_pytorchs(algorithm: str) -> None:
    """The spelling with our defaults makes an optimizer with PyTorch's, but for the learning rate."""
    torch: Any = require_torch()
    parameters = [torch.nn.Parameter(torch.zeros(2, 2))]
    text = Optimizer(algorithm=algorithm).torch(None, None)
    made = Spelling.read(text, {"torch": torch, "parameters": parameters})
    theirs = type(made)(parameters).defaults
    ours = {**made.defaults, "lr": theirs["lr"]}
    if algorithm == "muon":
        ours["adjust_lr_fn"] = theirs["adjust_lr_fn"]  # None means the same as "original"
    assert ours == theirs


def test_old_settings_of_adam_and_momentum_mean_what_they_meant() -> None:
    momentum = {"algorithm": "sgd", "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}
    assert Optimizer.model_validate(momentum).rule() == Sgd(momentum=0.9, nesterov=True, weight_decay=0.01)
    adam = {"algorithm": "adam", "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-4, "weight_decay": 0.0}
    assert Optimizer.model_validate(adam).rule() == Adam(beta1=0.8, beta2=0.9, epsilon=1e-4)


@pytest.mark.parametrize(
    ("wrong", "fixed"),
    [({"nesterov": True}, {"momentum": 0.9}), ({"momentum": 0.9, "dampening": 0.5}, {"dampening": 0.0})],
)
def test_nesterov_without_plain_momentum_is_refused_with_a_fix(
    wrong: dict[str, Any], fixed: dict[str, Any]
) -> None:
    node = Optimizer.model_validate({**wrong, "nesterov": True})
    with pytest.raises(NodeProblem) as refused:
        node.infer(ValueType("float32", ()), None)
    assert refused.value.fix is not None
    assert refused.value.fix.settings == fixed
    mended = Optimizer.model_validate({**wrong, "nesterov": True, **fixed})
    assert mended.infer(ValueType("float32", ()), None) == ()


@pytest.mark.parametrize("algorithm", ["adagrad", "adadelta"])
def test_what_has_no_momentum_cannot_cycle_it(algorithm: str) -> None:
    node = Optimizer(algorithm=algorithm, schedule="one_cycle", cycle_momentum=True)
    with pytest.raises(NodeProblem, match="no momentum to cycle") as refused:
        node.infer(ValueType("float32", ()), None)
    assert refused.value.fix is not None
    assert refused.value.fix.settings == {"cycle_momentum": False}
    assert Optimizer(algorithm=algorithm, cycle_momentum=True).infer(ValueType("float32", ()), None) == ()


def test_settings_of_other_algorithms_do_no_harm() -> None:
    node = Optimizer(algorithm="adam", nesterov=True, momentum=0.0)
    assert node.infer(ValueType("float32", ()), None) == ()


def test_clipping_is_off_unless_chosen() -> None:
    assert Optimizer(clip_limit=2.0).clipping is None
    assert Optimizer(clip="norm", clip_limit=2.0).clipping == Clipping("norm", 2.0)
