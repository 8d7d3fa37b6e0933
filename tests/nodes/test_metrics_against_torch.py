"""Metrics against PyTorch and plain counting: over any input, in batches of any sizes, and at the edges."""

# ruff: noqa: ANN401 - settings of any type

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.nodes.comparison import check, node_of
from tests.nodes.problems import check_problem
from tests.nodes.running import Array, compiled
from tests.requirements import require_torch
from wiregrad.nodes import MetricNode, NodeProblem, ValueType
from wiregrad.nodes._isolation import isolate

CLASSES = 4
SCORES = ValueType("float32", (CLASSES,), True)
CLASS_NUMBERS = ValueType("int64", (), True)
PAIR = ValueType("float32", (2,), True)
LOGIT = ValueType("float32", (1,), True)
COUNTED = ("precision", "recall", "f1", "confusion_matrix")
many = settings(max_examples=40, deadline=None)


def metric_of(**given_settings: Any) -> MetricNode:
    node = node_of("Metric", given_settings)
    assert isinstance(node, MetricNode)
    return node


def measurer(node: MetricNode, *types: ValueType, dtype: Any = "float64") -> Callable[..., Array]:
    """From a prediction and a target to the sums."""

    def sums(prediction: Array, target: Array) -> Array:
        alone = isolate(node, types, batch_size=len(prediction), float_dtype=dtype)
        run = compiled(alone, {"measured": node.measure(alone.build, *alone.inputs)})
        feed = {"input prediction": prediction, "input target": target}
        return node.sums(run({**feed, **_counters(alone)})["measured"].astype(np.float64))

    return sums


def _counters(alone: Any) -> dict[str, Array]:
    return {
        name: np.zeros((), value.dtype)
        for name, value in alone.placeholders.items()
        if name in ("seed", "step")
    }


@many
@given(
    metric=st.sampled_from([*COUNTED, "accuracy"]),
    shape=st.lists(st.integers(1, 3), max_size=2).map(tuple),
    of_class=st.none() | st.integers(0, 2),
    probabilities=st.booleans(),
    batched=st.tuples(st.booleans(), st.booleans()),
)
def test_metrics_of_classes(
    shape: tuple[int, ...], probabilities: bool, batched: tuple[bool, bool], **rest: Any
) -> None:
    require_torch()
    prediction = ValueType("float32", (3, *shape), batched[0])
    target = ValueType("int64", shape, batched[1])
    if probabilities:
        target = ValueType("float32", (3, *shape), batched[1])
    if batched[0] != batched[1] and shape:
        target = ValueType(target.dtype, target.shape, batched[0])
    check(node_of("Metric", rest), prediction, target)


@many
@given(
    metric=st.sampled_from([*COUNTED, "accuracy", "top_k"]),
    shape=st.lists(st.integers(1, 3), max_size=2).map(tuple),
    ignore=st.sampled_from([-100, 0, 2]),
    batched=st.sampled_from([(True, True), (False, False), (True, False)]),
    data=st.data(),
)
def test_metrics_with_an_ignored_class(
    metric: str, shape: tuple[int, ...], ignore: int, batched: tuple[bool, bool], data: st.DataObject
) -> None:
    require_torch()
    prediction, target = ValueType("float32", (3, *shape), batched[0]), ValueType("int64", shape, batched[1])
    if shape and batched[0] != batched[1]:
        target = ValueType("int64", shape, batched[0])
    length = (3,) * target.batched + shape
    size = int(np.prod(length))
    numbers = st.sampled_from([ignore, 0, 1, 2])
    right = np.array(data.draw(st.lists(numbers, min_size=size, max_size=size)), np.int64)
    right[0] = 1  # PyTorch divides by the number of those that count
    node = node_of("Metric", {"metric": metric, "ignore": ignore, "k": 2})
    check(node, prediction, target, changed={"input target": right.reshape(length)})


@many
@given(metric=st.sampled_from([*COUNTED, "accuracy"]), ignore=st.sampled_from([0, 1]))
def test_one_number_per_target_with_an_ignored_class(metric: str, ignore: int) -> None:
    """As if the ignored targets were not there."""
    node, plain = metric_of(metric=metric, ignore=ignore), metric_of(metric=metric)
    prediction, right = np.array([[1.0], [-1], [2], [-2], [3]]), np.array([[1], [1], [0], [0], [1]])
    types, kept = (LOGIT, LOGIT.with_dtype("int64")), right[:, 0] != ignore
    without = measurer(plain, *types)(prediction[kept], right[kept])
    assert measurer(node, *types)(prediction, right).tolist() == without.tolist()


@many
@given(
    metric=st.sampled_from([*COUNTED, "accuracy"]),
    shape=st.lists(st.integers(1, 3), max_size=2).map(tuple),
    threshold=st.floats(-1, 1),
    target=st.sampled_from(["float32", "bool"]),
    batched=st.booleans(),
)
def test_metrics_of_yes_and_no(shape: tuple[int, ...], target: Any, batched: bool, **rest: Any) -> None:
    require_torch()
    if shape[:1] != (1,):
        shape = (1, *shape)
    check(node_of("Metric", rest), ValueType("float32", shape, batched), ValueType(target, shape, batched))


@many
@given(shape=st.lists(st.integers(1, 3), max_size=2).map(tuple), whole=st.booleans())
def test_r2_of_batches(shape: tuple[int, ...], whole: bool) -> None:
    require_torch()
    node = node_of("Metric", {"metric": "r2"})
    steps = np.arange(3).reshape(3, *[1] * len(shape))  # so that targets vary, as PyTorch's division wants it
    target = 100 + 7 * steps + np.random.default_rng(0).normal(0, 3, (3, *shape))
    changed = {"input target": target.round().astype(np.int64) if whole else target}
    value = ValueType("float32", shape, True)
    check(node, value, value.with_dtype("int64") if whole else value, tolerance=1e-7, changed=changed)


@st.composite
def batches(draw: st.DrawFn) -> list[slice]:
    cuts = sorted(draw(st.sets(st.integers(1, 19), max_size=4)))
    return [slice(start, end) for start, end in zip([0, *cuts], [*cuts, 20], strict=True)]


@many
@given(
    metric=st.sampled_from(["accuracy", "top_k", "mae", "rmse", "r2", *COUNTED]),
    parts=batches(),
    seed=st.integers(0, 99),
)
def test_batches_of_any_sizes_add_up_to_the_whole(metric: str, parts: list[slice], seed: int) -> None:
    generator = np.random.default_rng(seed)
    node = metric_of(metric=metric, k=2)
    types = SCORES, CLASS_NUMBERS
    target: Array = generator.integers(0, CLASSES, 20)
    if metric in ("mae", "rmse", "r2"):
        types, target = (SCORES, SCORES), generator.normal(50, 2, (20, CLASSES))
    prediction = generator.normal(0, 1, (20, CLASSES))
    sums = measurer(node, *types)
    added = np.sum([sums(prediction[part], target[part]) for part in parts], axis=0)
    at_once = sums(prediction, target)
    assert node.summarize(added) == pytest.approx(node.summarize(at_once), rel=1e-9)
    assert node.confusion(added) == node.confusion(at_once)


@many
@given(
    pairs=st.lists(st.tuples(st.integers(0, CLASSES - 1), st.integers(-1, CLASSES)), min_size=1, max_size=30)
)
def test_the_confusion_matrix_counts_who_was_taken_for_whom(pairs: list[tuple[int, int]]) -> None:
    said, right = np.array(pairs).T
    sums = measurer(metric_of(metric="confusion_matrix"), SCORES, CLASS_NUMBERS)(np.eye(CLASSES)[said], right)
    matrix = metric_of(metric="confusion_matrix").confusion(sums)
    counted = [[pairs.count((answer, truth)) for answer in range(CLASSES)] for truth in range(CLASSES)]
    assert matrix == tuple(map(tuple, counted))


@many
@given(
    pairs=st.lists(
        st.tuples(st.integers(0, CLASSES - 1), st.integers(0, CLASSES - 1)), min_size=1, max_size=12
    ),
    of_class=st.none() | st.integers(0, CLASSES - 1),
)
def test_precision_recall_and_f1_by_their_definitions(
    pairs: list[tuple[int, int]], of_class: int | None
) -> None:
    """With few pairs, most classes are never answered or never right."""
    said, right = np.array(pairs).T
    occurring = sorted({*said.tolist(), *right.tolist()}) if of_class is None else [of_class]
    found = [int(((said == c) & (right == c)).sum()) for c in occurring]
    answered = [int((said == c).sum()) for c in occurring]
    wanted = [int((right == c).sum()) for c in occurring]
    precision = [_ratio(hits, all_) for hits, all_ in zip(found, answered, strict=True)]
    recall = [_ratio(hits, all_) for hits, all_ in zip(found, wanted, strict=True)]
    f1 = [_ratio(2 * p * r, p + r) for p, r in zip(precision, recall, strict=True)]
    for metric, figures in {"precision": precision, "recall": recall, "f1": f1}.items():
        node = metric_of(metric=metric, of_class=of_class)
        sums = measurer(node, SCORES, CLASS_NUMBERS)(np.eye(CLASSES)[said], right)
        assert node.summarize(sums) == pytest.approx(np.mean(figures), rel=1e-12)


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


@pytest.mark.parametrize("mean", [0.0, 1e3, 1e4])
def test_r2_in_float32_is_not_spoiled_by_large_targets(mean: float) -> None:
    """A sum of squares in float32 would lose the variance beside the square of the mean."""
    generator = np.random.default_rng(3)
    target = (mean + generator.normal(0, 1, (400, 2))).astype(np.float32)
    prediction = (target + generator.normal(0, 0.5, (400, 2))).astype(np.float32)
    sums = measurer(metric_of(metric="r2"), PAIR, PAIR, dtype="float32")
    added = np.sum([sums(prediction[i : i + 50], target[i : i + 50]) for i in range(0, 400, 50)], axis=0)
    exact, said = target.astype(np.float64), prediction.astype(np.float64)
    expected = (1 - ((said - exact) ** 2).sum(0) / ((exact - exact.mean(0)) ** 2).sum(0)).mean()
    assert metric_of(metric="r2").summarize(added) == pytest.approx(expected, abs=2e-4)


@pytest.mark.parametrize(("error", "expected"), [(0.0, 1.0), (0.5, 0.0)])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_r2_of_targets_that_do_not_vary(error: float, expected: float, dtype: Any) -> None:
    """As in scikit-learn: finite, and 1 only if all are met. Rounding does not count as variance."""
    target = np.full((7, 2), 1000.1, dtype)
    sums = measurer(metric_of(metric="r2"), PAIR, PAIR, dtype=dtype)
    added = sums(target[:3] + np.asarray(error, dtype), target[:3]) + sums(
        target[3:] + np.asarray(error, dtype), target[3:]
    )
    assert metric_of(metric="r2").summarize(added) == expected


@pytest.mark.parametrize("metric", ["mae", "rmse", "r2", "accuracy", "top_k", *COUNTED])
@pytest.mark.parametrize("number", [np.inf, -np.inf, np.nan, 1e30])
def test_after_a_divergence_figures_are_measured_without_a_word(metric: str, number: float) -> None:
    """A warning would fail this test, and fill the log of the run."""
    node = metric_of(metric=metric, k=2)
    numbers = metric in ("mae", "rmse", "r2")
    diverged = np.full((5, CLASSES), number, np.float32)
    target: Array = np.arange(20, dtype=np.float32).reshape(5, CLASSES) if numbers else np.arange(5) % CLASSES
    sums = measurer(node, SCORES, SCORES if numbers else CLASS_NUMBERS, dtype="float32")(diverged, target)
    figure = node.summarize(sums + sums)
    assert not np.isfinite(figure) or abs(figure) >= 1e29 if numbers else 0 <= figure <= 1


def test_r2_of_infinite_targets_is_not_a_number() -> None:
    node = metric_of(metric="r2")
    targets = np.array([[np.inf, 1.0], [2.0, 3.0]])
    with np.errstate(invalid="ignore"):
        sums = measurer(node, PAIR, PAIR)(np.ones((2, 2)), targets)
    assert np.isnan(node.summarize(sums))


def test_a_single_sample_has_no_r2() -> None:
    node = metric_of(metric="r2")
    assert np.isnan(node.summarize(measurer(node, PAIR, PAIR)(np.ones((1, 2)), np.ones((1, 2)))))


@pytest.mark.parametrize("metric", ["accuracy", "top_k", *COUNTED])
def test_targets_without_a_class_are_left_out(metric: str) -> None:
    node = metric_of(metric=metric, k=1)
    said, right = np.array([0, 1, 2, 2]), np.array([0, 2, -100, CLASSES])
    with_strays = measurer(node, SCORES, CLASS_NUMBERS)(np.eye(CLASSES)[said], right)
    without = measurer(node, SCORES, CLASS_NUMBERS)(np.eye(CLASSES)[said[:2]], right[:2])
    assert with_strays.tolist() == without.tolist()
    nothing = measurer(node, SCORES, CLASS_NUMBERS)(np.eye(CLASSES)[said[2:]], right[2:])
    assert not nothing.any()
    assert np.isnan(node.summarize(nothing)) or node.summarize(nothing) == 0


def test_which_figures_are_better_when_higher() -> None:
    better = {
        name: metric_of(metric=name).higher_is_better for name in ("r2", "f1", "accuracy", "mae", "rmse")
    }
    assert better == {"r2": True, "f1": True, "accuracy": True, "mae": False, "rmse": False}


WRONG: list[tuple[dict[str, Any], tuple[ValueType, ValueType], str, str]] = [
    ({"metric": "f1"}, (CLASS_NUMBERS, CLASS_NUMBERS), "prediction", "dtype"),
    ({"metric": "recall", "of_class": 4}, (SCORES, CLASS_NUMBERS), "prediction", "setting"),
    ({"metric": "precision", "of_class": 2}, (LOGIT, LOGIT), "prediction", "setting"),
    (
        {"metric": "confusion_matrix"},
        (ValueType("float32", (201,), True), CLASS_NUMBERS),
        "prediction",
        "limit",
    ),
    ({"metric": "f1"}, (ValueType("float32", (20_000,), True), CLASS_NUMBERS), "prediction", "limit"),
    (
        {"metric": "r2"},
        (ValueType("float32", (200, 200), True), ValueType("float32", (200, 200), True)),
        "prediction",
        "limit",
    ),
    ({"metric": "r2"}, (SCORES, PAIR), "target", "shape"),
    ({"metric": "accuracy", "ignore": 0}, (SCORES, SCORES), "target", "dtype"),
    ({"metric": "top_k", "k": 1, "ignore": 0}, (SCORES, SCORES), "target", "dtype"),
    ({"metric": "f1", "ignore": 0}, (LOGIT, LOGIT.with_dtype("bool")), "target", "dtype"),
    ({"metric": "r2"}, (SCORES.with_dtype("bool"), SCORES), "prediction", "dtype"),
    ({"metric": "confusion_matrix"}, (SCORES, CLASS_NUMBERS.with_dtype("bool")), "target", "dtype"),
]


@pytest.mark.parametrize(("given_settings", "types", "port", "code"), WRONG, ids=str)
def test_what_does_not_suit_is_said_at_its_port(
    given_settings: dict[str, Any], types: tuple[ValueType, ValueType], port: str, code: str
) -> None:
    node = metric_of(**given_settings)
    with pytest.raises(NodeProblem) as caught:
        node.infer(*types)
    check_problem(caught.value, node)
    assert (caught.value.port, caught.value.code) == (port, code)
