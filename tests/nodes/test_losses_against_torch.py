"""Losses with all their settings against PyTorch, and where numbers are extreme."""

# ruff: noqa: ANN401 - settings of any type

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.nodes.comparison import check, node_of
from tests.nodes.problems import check_problem
from tests.nodes.pytorch import twin
from tests.nodes.running import Array, Case, backward, compiled, prepare
from tests.requirements import require_torch
from wiregrad.nodes import NodeProblem, OptimizerNode, ValueType, describe
from wiregrad.nodes.loss import Loss
from wiregrad.nodes.optimizer import Optimizer

CLOSE = 1e-10
small = st.integers(1, 4)
shapes = st.lists(small, max_size=3).map(tuple)
reductions = st.sampled_from(["mean", "sum", "none"])
quarters = st.integers(1, 20).map(lambda n: n / 4)
many = settings(max_examples=60, deadline=None)

SCORES = ValueType("float32", (3,), True)
CLASS_NUMBERS = ValueType("int64", (), True)
NUMBERS = ValueType("float32", (4,))


@pytest.fixture(autouse=True, scope="module")
def _torch() -> Any:
    return require_torch()


@many
@given(
    loss=st.sampled_from(["binary_cross_entropy", "focal", "kl_divergence", "hinge"]),
    shape=shapes,
    reduction=reductions,
    positive_weight=quarters,
    focusing=st.sampled_from([0, 1, 1.5, 2, 5]),
    balance=st.none() | st.floats(0, 1),
    margin=st.floats(0, 2),
    target=st.sampled_from(["float32", "int64", "bool"]),
    batched=st.tuples(st.booleans(), st.booleans()),
    seed=st.integers(0, 9),
)
def test_losses_of_pairs(
    shape: tuple[int, ...], target: Any, batched: tuple[bool, bool], seed: int, **rest: Any
) -> None:
    if target == "bool" and rest["loss"] == "kl_divergence":
        target = "float32"
    types = ValueType("float32", shape, batched[0]), ValueType(target, shape, batched[1])
    length = (3,) * batched[1] + shape
    drawn = np.random.default_rng(seed).uniform(0.01, 1, length)
    if target != "float32":
        drawn = drawn.round().astype(target)
    check(node_of("Loss", rest), *types, tolerance=CLOSE, changed={"input target": drawn})


@many
@given(
    loss=st.sampled_from(["cross_entropy", "multi_class_hinge"]),
    classes=st.integers(3, 5),
    shape=st.lists(small, max_size=2).map(tuple),
    reduction=reductions,
    label_smoothing=st.sampled_from([0, 0.1, 0.75, 1]),
    weighted=st.booleans(),
    ignore=st.none() | st.sampled_from([-100, 0, 2]),
    probabilities=st.booleans(),
    batched=st.tuples(st.booleans(), st.booleans()),
    data=st.data(),
)
def test_losses_of_classes(
    classes: int,
    shape: tuple[int, ...],
    batched: tuple[bool, bool],
    data: st.DataObject,
    **rest: Any,
) -> None:
    probabilities = rest.pop("probabilities") and rest["loss"] == "cross_entropy"
    if probabilities:
        rest["ignore"] = None
    if rest.pop("weighted"):
        rest["class_weights"] = data.draw(st.lists(quarters, min_size=classes, max_size=classes))
    length = (3,) * batched[1] + shape
    numbers = st.sampled_from([*range(classes), *([rest["ignore"]] * (rest["ignore"] is not None))])
    if rest["loss"] == "multi_class_hinge":
        numbers = st.integers(0, classes - 1)
    size = int(np.prod(length))
    drawn = np.array(data.draw(st.lists(numbers, min_size=size, max_size=size)), np.int64).reshape(length)
    if rest["ignore"] is not None and (drawn == rest["ignore"]).all():
        drawn = np.full(length, 1)  # nothing but ignored targets: see below
    prediction = ValueType("float32", (classes, *shape), batched[0])
    target = ValueType("int64", shape, batched[1])
    changed: dict[str, Array] = {"input target": drawn}
    if probabilities:
        target, changed = ValueType("float32", (classes, *shape), batched[1]), {}
    check(node_of("Loss", rest), prediction, target, tolerance=CLOSE, changed=changed)


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_nothing_but_ignored_targets_is_what_pytorch_says(reduction: str) -> None:
    node = node_of("Loss", {"loss": "cross_entropy", "ignore": -100, "reduction": reduction})
    ignored = {"input target": np.full(3, -100)}
    check(node, SCORES, CLASS_NUMBERS, changed=ignored)


@pytest.mark.parametrize(
    "given_settings",
    [
        {"loss": "binary_cross_entropy", "positive_weight": 4},
        {"loss": "focal"},
        {"loss": "focal", "focusing": 0.5, "balance": None},
        {"loss": "focal", "focusing": 0},
        {"loss": "hinge"},
        {"loss": "kl_divergence"},
    ],
    ids=str,
)
def test_extreme_numbers_give_finite_losses_of_pairs(given_settings: dict[str, Any]) -> None:
    """Logits, or logarithms of probabilities, of ten thousand; targets that are certain."""
    case = Case(node_of("Loss", {**given_settings, "reduction": "none"}), (NUMBERS, NUMBERS))
    alone, values, feed = prepare(case, float_dtype="float32")
    feed["input prediction"] = np.array([1e4, -1e4, -1e4, 0], np.float32)
    feed["input target"] = np.array([1, 1, 0, 0], np.float32)
    _equals_pytorch_and_is_finite(case, alone, values, feed)


@pytest.mark.parametrize(
    "given_settings",
    [
        {"loss": "cross_entropy", "class_weights": [1, 2, 0.5], "label_smoothing": 0.1},
        {"loss": "cross_entropy", "class_weights": [0, 1, 1]},
        {"loss": "cross_entropy", "ignore": 2},
        {"loss": "multi_class_hinge", "class_weights": [1, 2, 3]},
    ],
    ids=str,
)
@pytest.mark.parametrize("reduction", ["mean", "none"])
def test_extreme_numbers_give_finite_losses_of_classes(
    given_settings: dict[str, Any], reduction: str
) -> None:
    node = node_of("Loss", {**given_settings, "reduction": reduction})
    case = Case(node, (SCORES, CLASS_NUMBERS))
    alone, values, feed = prepare(case, float_dtype="float32")
    feed["input prediction"] = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 1e3], [0, 0, 0]], np.float32)
    feed["input target"] = np.array([1, 0, 2])
    _equals_pytorch_and_is_finite(case, alone, values, feed)


def _equals_pytorch_and_is_finite(case: Case, alone: Any, values: Any, feed: dict[str, Array]) -> None:
    came = compiled(alone, values)(feed)["output"]
    cotangent = np.ones(values["output"].shape, np.float32)
    gradient = backward(alone, values["output"], cotangent)(feed)["input prediction"]
    assert np.isfinite(came).all()
    assert np.isfinite(gradient).all()
    expected = twin(case, feed)
    expected.outputs[0].sum().backward()
    wanted, slope = expected.outputs[0].detach().numpy(), expected.leaves["input prediction"].grad.numpy()
    np.testing.assert_allclose(came[np.isfinite(wanted)], wanted[np.isfinite(wanted)], rtol=1e-5)
    np.testing.assert_allclose(gradient[np.isfinite(slope)], slope[np.isfinite(slope)], rtol=1e-5)


def test_the_divergence_of_what_is_impossible_is_zero() -> None:
    """A target of 0 costs nothing, whatever was predicted, and its gradient is finite."""
    case = Case(node_of("Loss", {"loss": "kl_divergence", "reduction": "none"}), (NUMBERS, NUMBERS))
    alone, values, feed = prepare(case)
    feed["input prediction"] = np.array([-1e4, -np.inf, 0.0, np.log(0.5)])
    feed["input target"] = np.array([0.0, 0.0, 0.0, 0.25])
    expected = [0, 0, 0, 0.25 * np.log(0.5)]
    np.testing.assert_allclose(compiled(alone, values)(feed)["output"], expected)
    for gradient in backward(alone, values["output"], np.ones(4))(feed).values():
        assert np.isfinite(gradient).all()


@pytest.mark.parametrize("loss", ["cross_entropy", "multi_class_hinge"])
@pytest.mark.parametrize("missing", [-1, 3])
def test_a_class_that_does_not_exist_makes_the_loss_nan(loss: str, missing: int) -> None:
    node = node_of("Loss", {"loss": loss, "class_weights": [1, 2, 3], "reduction": "none"})
    alone, values, feed = prepare(Case(node, (SCORES, CLASS_NUMBERS)))
    feed["input target"] = np.array([0, missing, 2])
    assert np.isnan(compiled(alone, values)(feed)["output"]).tolist() == [False, True, False]


def test_an_optimizer_takes_the_weighted_mean_as_well() -> None:
    """PyTorch divides by the sum of the weights of the classes that occurred."""
    weights = [1.0, 4.0, 0.5]
    node = Optimizer(loss_function="cross_entropy", class_weights=tuple(weights))
    assert isinstance(node, OptimizerNode)
    alone, values, feed = prepare(Case(node, (SCORES, CLASS_NUMBERS)))
    torch = require_torch()
    scores, target = (torch.tensor(feed[f"input {port}"]) for port in ("loss", "target"))
    weight = torch.tensor(weights, dtype=torch.float64)
    expected = torch.nn.functional.cross_entropy(scores, target, weight=weight)
    assert compiled(alone, values)(feed)["objective"] == pytest.approx(expected.item(), rel=1e-12)


def test_both_kinds_show_the_settings_of_the_loss_that_is_chosen() -> None:
    shown = {
        kind.choice: {
            name: schema["x-show-when"][kind.choice]
            for name, schema in properties_of(kind).items()
            if kind.choice in schema.get("x-show-when", {})
        }
        for kind in (Loss, Optimizer)
    }
    assert shown["loss"] == shown["loss_function"]
    assert shown["loss"]["margin"] == ["hinge", "multi_class_hinge"]


def properties_of(kind: type[Loss | Optimizer]) -> dict[str, Any]:
    properties: Any = describe(kind).settings_schema["properties"]
    return dict(properties)


WRONG: list[tuple[dict[str, Any], tuple[ValueType, ValueType], str, str]] = [
    ({"loss": "cross_entropy", "class_weights": [1, 2]}, (SCORES, CLASS_NUMBERS), "prediction", "setting"),
    ({"loss": "cross_entropy", "ignore": 0}, (SCORES, SCORES), "target", "dtype"),
    ({"loss": "multi_class_hinge"}, (SCORES, SCORES), "target", "dtype"),
    ({"loss": "multi_class_hinge"}, (SCORES, NUMBERS), "target", "shape"),
    ({"loss": "kl_divergence"}, (NUMBERS, NUMBERS.with_dtype("bool")), "target", "dtype"),
    ({"loss": "hinge"}, (NUMBERS.with_dtype("bool"), NUMBERS), "prediction", "dtype"),
    ({"loss": "focal"}, (NUMBERS, ValueType("float32", (5,))), "target", "shape"),
]


@pytest.mark.parametrize(("given_settings", "types", "port", "code"), WRONG, ids=str)
def test_what_does_not_suit_is_said_at_its_port(
    given_settings: dict[str, Any], types: tuple[ValueType, ValueType], port: str, code: str
) -> None:
    node = node_of("Loss", given_settings)
    with pytest.raises(NodeProblem) as caught:
        node.infer(*types)
    check_problem(caught.value, node)
    assert (caught.value.port, caught.value.code) == (port, code)
