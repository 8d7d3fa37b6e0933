"""Every kind against PyTorch, as its own spelling says: values, gradients, one step of training, defaults."""

import inspect
from typing import Any

import numpy as np
import pytest

from tests.nodes.pytorch import twin
from tests.nodes.running import (
    Array,
    Case,
    backward,
    compiled,
    example_cases,
    example_modes,
    mode_name,
    prepare,
)
from tests.nodes.spelling import Spelling
from tests.requirements import require_torch
from tests.tally import TALLY
from wiregrad.engine import ops
from wiregrad.engine.autodiff import gradients
from wiregrad.engine.ir import is_float
from wiregrad.nodes import (
    MetricNode,
    Node,
    OptimizerNode,
    Progress,
    ValueType,
    catalogue,
    initial_value,
    node_kind,
)
from wiregrad.nodes._isolation import isolate
from wiregrad.nodes.batch_norm import BatchNorm
from wiregrad.nodes.conv2d import Conv2D
from wiregrad.nodes.linear import Linear

TOLERANCE = 1e-5
CASES = example_cases()
RANDOM = ("Dropout", "Random")
COMPARED = [
    case
    for case in CASES
    if not isinstance(case.node, OptimizerNode) and case.node.kind() not in (*RANDOM, "Parameter")
]
WEIGHTED = [
    case for case in CASES if case.node.parameters(*case.types) and case.types and case.node.outputs()
]


MODES = [(case, training) for case, training in example_modes() if case in COMPARED]


def close(got: Any, expected: Any, message: str) -> None:  # noqa: ANN401 - PyTorch's types are unknown here
    TALLY.record(message.partition("-")[0], np.asarray(got), np.asarray(expected), TOLERANCE)
    np.testing.assert_allclose(got, expected, rtol=TOLERANCE, atol=TOLERANCE, err_msg=message)


@pytest.mark.parametrize(("case", "training"), MODES, ids=mode_name)
def test_values_equal(case: Case, training: bool) -> None:
    alone, values, feed = prepare(case, float_dtype="float32", training=training)
    expected = twin(case, feed, training=training)
    came = compiled(alone, values)(feed)
    if isinstance(case.node, MetricNode):
        summary = case.node.summarize(case.node.sums(came["measured"].astype(np.float64)))
        close(summary, expected.outputs[0].detach(), f"{case}")
        return
    if not case.node.outputs():
        return
    for (name, got), wanted in zip(came.items(), expected.outputs, strict=True):
        assert got.shape == tuple(wanted.shape), name
        close(got, wanted.detach().numpy(), f"{case}: {name}")


@pytest.mark.parametrize(("case", "training"), [m for m in MODES if m[0].node.outputs()], ids=mode_name)
def test_gradients_equal(case: Case, training: bool) -> None:
    alone, values, feed = prepare(case, float_dtype="float32", training=training)
    for position, (result, value) in enumerate(values.items()):
        if not is_float(value.dtype):
            continue
        expected = twin(case, feed, training=training)
        output = expected.outputs[position]
        cotangent = np.random.default_rng(2).uniform(0.5, 1.5, value.shape).astype(np.float32)
        found = backward(alone, value, cotangent)(feed)
        if output.requires_grad:
            output.backward(require_torch().from_numpy(cotangent))
        statistics = {name for name, spec in case.node.parameters(*case.types).items() if spec.statistic}
        for name, gradient in found.items():
            if name in statistics:
                continue  # to PyTorch they are numbers
            assert expected.leaves[name].grad is not None, name
            close(gradient, expected.leaves[name].grad, f"{case}: gradient of {result} for {name}")


FOLLOWING = [c for c in WEIGHTED if isolate(c.node, c.types).build.updates]


@pytest.mark.parametrize("case", FOLLOWING, ids=str)
@pytest.mark.parametrize("batch_size", [2, 3])
def test_running_statistics_follow_as_in_pytorch(case: Case, batch_size: int) -> None:
    alone, _, feed = prepare(case, float_dtype="float32", batch_size=batch_size)
    module = twin(case, feed).module
    for name, new in compiled(alone, alone.build.updates)(feed).items():
        close(new, getattr(module, name), f"{case}: {name}")


def test_a_batch_of_one_number_leaves_the_running_variance_alone() -> None:
    alone = isolate(BatchNorm(), (ValueType("float32", (3,), True),), batch_size=1)
    assert set(alone.build.updates) == {"running_mean"}


OPTIMIZERS: list[dict[str, Any]] = [
    {"learning_rate": 0.1},
    {"learning_rate": 0.1, "momentum": 0.9, "weight_decay": 0.01},
    {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True},
    {"algorithm": "adam", "learning_rate": 0.01},
    {"algorithm": "adam", "learning_rate": 0.01, "weight_decay": 0.1, "beta1": 0.8, "epsilon": 1e-4},
]


STEPS = [
    (case, settings)
    for case in WEIGHTED
    for settings in (OPTIMIZERS if case.node.kind() == "Linear" else OPTIMIZERS[-1:])
]


@pytest.mark.parametrize(("case", "settings"), STEPS, ids=str)
def test_one_optimizer_step_equals(case: Case, settings: dict[str, Any]) -> None:
    """Minimize the sum of the squares of all outputs, from a state of zeros.

    In float64, because Adam divides even the rounding errors of a zero gradient by their own size, and the
    bias of Attention's keys has no effect at all.
    """
    alone, values, feed = prepare(case, float_dtype="float64")
    optimizer = catalogue()["Optimizer"].model_validate(settings)
    assert isinstance(optimizer, OptimizerNode)
    objective = ops.full(0, "float64")
    for value in values.values():
        objective = ops.add(objective, ops.reduce_sum(ops.square(value), range(value.rank)))
    trainable = {
        name: alone.build.parameters[name]
        for name, spec in case.node.parameters(*case.types).items()
        if spec.trainable
    }
    rate = ops.full(optimizer.base_learning_rate, "float64")
    rate = optimizer.scheduled(rate, Progress(alone.build.step, alone.build.step, alone.build.step))
    changed = {}
    found = gradients(objective, list(trainable.values()))
    for (name, value), gradient in zip(trainable.items(), found, strict=True):
        assert gradient is not None, name
        state = {key: ops.full(0, t.dtype, t.shape) for key, t in optimizer.rule().state(value.type).items()}
        changed[name], _ = optimizer.rule().update(value, gradient, state, rate, ops.full(1, "int64"))
    expected = _step_of_pytorch(case, feed, optimizer)
    for name, new in (compiled(alone, changed)(feed) if changed else {}).items():
        close(new, expected[name], f"{case}: {name}")


def _step_of_pytorch(case: Case, feed: dict[str, Array], optimizer: Node) -> dict[str, Any]:
    torch = require_torch()
    other = twin(case, feed)
    owned = case.node.parameters(*case.types)
    named = {name: other.leaves[name] for name, spec in owned.items() if spec.trainable}
    if other.module is not None:
        named = dict(other.module.named_parameters())
    parameters = list(named.values())
    if not parameters:
        return {}
    step = Spelling.read(optimizer.torch(None, None), {"torch": torch, "parameters": parameters})
    sum(output.square().sum() for output in other.outputs).backward()
    step.step()
    return {name: value.detach().numpy() for name, value in named.items()}


# ---- Defaults: (kind, setting) -> where PyTorch has it ----

DEFAULTS = [
    ("Linear", "bias", "nn.Linear", "bias"),
    ("Conv2D", "stride", "nn.Conv2d", "stride"),
    ("Conv2D", "padding", "nn.Conv2d", "padding"),
    ("Conv2D", "dilation", "nn.Conv2d", "dilation"),
    ("Conv2D", "groups", "nn.Conv2d", "groups"),
    ("Conv2D", "bias", "nn.Conv2d", "bias"),
    ("MaxPool2D", "stride", "nn.MaxPool2d", "stride"),
    ("MaxPool2D", "padding", "nn.MaxPool2d", "padding"),
    ("MaxPool2D", "dilation", "nn.MaxPool2d", "dilation"),
    ("MaxPool2D", "round_up", "nn.MaxPool2d", "ceil_mode"),
    ("BatchNorm", "epsilon", "nn.BatchNorm2d", "eps"),
    ("BatchNorm", "momentum", "nn.BatchNorm2d", "momentum"),
    ("BatchNorm", "affine", "nn.BatchNorm2d", "affine"),
    ("Dropout", "probability", "nn.Dropout", "p"),
    ("Activation", "negative_slope", "nn.LeakyReLU", "negative_slope"),
    ("Activation", "alpha", "nn.ELU", "alpha"),
    ("Activation", "beta", "nn.Softplus", "beta"),
    ("Flatten", "end_axis", "nn.Flatten", "end_dim"),
    ("Loss", "reduction", "nn.MSELoss", "reduction"),
    ("Loss", "delta", "nn.HuberLoss", "delta"),
    ("Loss", "margin", "nn.MultiMarginLoss", "margin"),
    ("Loss", "label_smoothing", "nn.CrossEntropyLoss", "label_smoothing"),
    ("Optimizer", "learning_rate", "optim.SGD", "lr"),
    ("Optimizer", "learning_rate", "optim.Adam", "lr"),
    ("Optimizer", "delta", "nn.HuberLoss", "delta"),
]


@pytest.mark.parametrize(("kind", "setting", "path", "argument"), DEFAULTS)
def test_defaults_equal(kind: str, setting: str, path: str, argument: str) -> None:
    found: Any = require_torch()
    for part in path.split("."):
        found = getattr(found, part)
    node = node_kind(kind)
    assert node is not None
    assert getattr(node(), setting) == inspect.signature(found).parameters[argument].default


@pytest.mark.parametrize(
    ("node", "value"),
    [
        (Linear(units=5000), ValueType("float32", (3,), True)),
        (Conv2D(filters=3000, kernel=2), ValueType("float32", (2, 5, 5), True)),
    ],
    ids=str,
)
def test_weights_start_as_in_pytorch(node: Node, value: ValueType) -> None:
    """The default initializer draws uniformly, between the same bounds."""
    case = Case(node, (value,))
    module = twin(case, {"input input": np.zeros((1, *value.shape), np.float32)}).module
    torch_like = Spelling.read(node.torch(value), {"nn": require_torch().nn})
    for name, spec in node.parameters(value).items():
        drawn = initial_value(spec, np.random.default_rng(0))
        reference = getattr(torch_like, name).detach().numpy()
        assert drawn.shape == getattr(module, name).shape
        assert abs(np.abs(drawn).max() / np.abs(reference).max() - 1) < 0.01, name
        assert abs(drawn.std() / reference.std() - 1) < 0.05, name


@pytest.mark.parametrize("case", [c for c in CASES if c.node.kind() == "Dropout"], ids=str)
def test_dropout_keeps_the_mean_and_is_reproducible(case: Case) -> None:
    many = Case(case.node, (ValueType("float32", (4000,), True),))
    alone, values, feed = prepare(many, float_dtype="float32")
    probability = case.node.model_dump()["probability"]
    run = compiled(alone, values)
    first, again = run(feed)["output"], run(feed)["output"]
    other = run({**feed, "step": feed["step"] + 1})["output"]
    x = feed["input input"]
    kept = first != 0
    assert np.array_equal(first, again)
    assert abs(kept.mean() - (1 - probability)) < 0.02
    if 0 < probability < 1:
        assert not np.array_equal(first, other)
        close(first[kept], x[kept] / (1 - probability), f"{case}: kept numbers")
    evaluated = isolate(case.node, many.types, batch_size=3, training=False)
    same = compiled(evaluated, {"output": evaluated.outputs[0]})(feed)["output"]
    assert np.array_equal(same, x)
