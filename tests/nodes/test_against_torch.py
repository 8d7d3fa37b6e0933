"""Any legal settings against PyTorch: windows, broadcasting, reshaping, reductions, losses, metrics."""

# ruff: noqa: ANN401 - settings of any type, and PyTorch, whose types are unknown here

from typing import Any

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from tests.nodes.comparison import check, node_of
from tests.nodes.pytorch import twin
from tests.nodes.running import Case, backward, compiled, prepare
from tests.requirements import require_torch
from wiregrad.engine import ops
from wiregrad.engine.interpreter import evaluate
from wiregrad.nodes import Progress, ValueType, catalogue
from wiregrad.nodes.optimizer import Optimizer

small = st.integers(1, 4)
sides = small | st.tuples(small, small)
strides = st.integers(1, 3) | st.tuples(st.integers(1, 3), st.integers(1, 3))
borders = st.integers(0, 3) | st.tuples(st.integers(0, 3), st.integers(0, 3))
shapes = st.lists(small, max_size=3).map(tuple)
many = settings(max_examples=60, deadline=None)


@pytest.fixture(autouse=True, scope="module")
def _torch() -> Any:
    return require_torch()


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel:UserWarning")
@many
@given(
    size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    groups=st.integers(1, 3),
    per_group=st.integers(1, 2),
    kernel=sides,
    stride=strides,
    padding=borders | st.sampled_from(["same", "valid"]),
    dilation=strides,
    bias=st.booleans(),
    batched=st.booleans(),
)
def test_convolution(
    size: tuple[int, int], groups: int, per_group: int, batched: bool, **rest: Any
) -> None:  # fmt: skip
    node = node_of("Conv2D", {"filters": groups * per_group, "groups": groups, **rest})
    check(node, ValueType("float32", (groups * per_group, *size), batched))


@many
@given(
    size=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    kernel=sides,
    stride=st.none() | strides,
    padding=borders,
    dilation=strides,
    round_up=st.booleans(),
    batched=st.booleans(),
)
def test_pooling(size: tuple[int, int], batched: bool, **rest: Any) -> None:
    check(node_of("MaxPool2D", rest), ValueType("float32", (2, *size), batched))


@st.composite
def broadcastable(draw: st.DrawFn) -> tuple[ValueType, ValueType]:
    """Two types whose shapes fit: of a common shape, axes are left out at the front or cut to 1."""
    common = draw(shapes)

    def part() -> ValueType:
        kept = common[draw(st.integers(0, len(common))) :]
        shape = tuple(draw(st.sampled_from([length, 1])) for length in kept)
        return ValueType(draw(st.sampled_from(["float32", "float32", "int64"])), shape, draw(st.booleans()))

    return part(), part()


@many
@given(kind=st.sampled_from(["Add", "Sub", "Mul", "Div"]), types=broadcastable())
def test_broadcasting(kind: str, types: tuple[ValueType, ValueType]) -> None:
    check(node_of(kind, {}), *types)


@many
@given(operation=st.sampled_from(["=", "!=", ">", ">=", "<", "<="]), types=broadcastable())
def test_comparing(operation: str, types: tuple[ValueType, ValueType]) -> None:
    check(node_of("Compare", {"operation": operation}), *types)


@st.composite
def matrices(draw: st.DrawFn) -> tuple[ValueType, ValueType]:
    """Two types that multiply: a row or a matrix, a column or a matrix, under axes that broadcast."""
    lead = draw(st.lists(small, max_size=2).map(tuple))
    m, k, n = draw(st.tuples(small, small, small))

    def part(matrix: tuple[int, ...], vector: tuple[int, ...]) -> ValueType:
        kept = lead[draw(st.integers(0, len(lead))) :]
        shape = tuple(draw(st.sampled_from([length, 1])) for length in kept)
        return ValueType(
            "float32", draw(st.sampled_from([shape + matrix, vector, matrix])), draw(st.booleans())
        )

    return part((m, k), (k,)), part((k, n), (k,))


@many
@given(types=matrices())
def test_matrix_product(types: tuple[ValueType, ValueType]) -> None:
    check(node_of("MatMul", {}), *types)


@many
@given(shape=shapes, batched=st.booleans(), data=st.data())
def test_reshape(shape: tuple[int, ...], batched: bool, data: st.DataObject) -> None:
    size = int(np.prod(shape))
    divisors = [n for n in range(1, size + 1) if size % n == 0]
    first = data.draw(st.sampled_from(divisors))
    new = data.draw(st.permutations([first, size // first, 1]))
    if data.draw(st.booleans()):
        new[data.draw(st.integers(0, 2))] = -1
    check(node_of("Reshape", {"shape": new}), ValueType("float32", shape, batched))


@many
@given(shape=shapes, batched=st.booleans(), start_axis=st.integers(-3, 2), end_axis=st.integers(-3, 2))
def test_flatten(shape: tuple[int, ...], batched: bool, **rest: Any) -> None:
    check(node_of("Flatten", rest), ValueType("float32", shape, batched))


@many
@given(
    shape=shapes,
    lengths=st.lists(st.tuples(small, st.booleans()), min_size=1, max_size=3),
    axis=st.integers(-3, 2),
)
def test_concatenation(shape: tuple[int, ...], lengths: list[tuple[int, bool]], axis: int) -> None:
    if not -len(shape) <= axis < len(shape):
        reject()
    place = axis % len(shape)
    types = [
        ValueType("float32", (*shape[:place], length, *shape[place + 1 :]), batched)
        for length, batched in lengths
    ]
    check(node_of("Concat", {"axis": axis, "count": len(types)}), *types)


@many
@given(
    kind=st.sampled_from(["Sum", "Mean"]),
    shape=shapes,
    dtype=st.sampled_from(["float32", "int64", "bool"]),
    batched=st.booleans(),
    axes=st.lists(st.integers(-3, 2), max_size=2),
    keep_axes=st.booleans(),
    over_batch=st.booleans(),
)
def test_reductions(kind: str, shape: tuple[int, ...], dtype: Any, batched: bool, **rest: Any) -> None:
    check(node_of(kind, rest), ValueType(dtype, shape, batched))


@many
@given(
    loss=st.sampled_from(["mse", "mae", "huber", "binary_cross_entropy"]),
    shape=shapes,
    reduction=st.sampled_from(["mean", "sum", "none"]),
    delta=st.floats(0.1, 2),
    target=st.sampled_from(["equal", "whole", "one for all", "one for all samples"]),
    batched=st.booleans(),
)
def test_losses_of_pairs(shape: tuple[int, ...], target: str, batched: bool, **rest: Any) -> None:
    prediction = ValueType("float32", shape, batched)
    targets = {
        "equal": prediction,
        "whole": prediction.with_dtype("int64"),
        "one for all": ValueType("float32", ()),
        "one for all samples": ValueType("float32", shape),
    }
    check(node_of("Loss", rest), prediction, targets[target])


@many
@given(
    classes=st.integers(3, 5),
    shape=st.lists(small, max_size=2).map(tuple),
    reduction=st.sampled_from(["mean", "sum", "none"]),
    label_smoothing=st.floats(0, 1),
    probabilities=st.booleans(),
    batched=st.tuples(st.booleans(), st.booleans()),
)
def test_cross_entropy(
    classes: int, shape: tuple[int, ...], probabilities: bool, batched: tuple[bool, bool], **rest: Any
) -> None:
    prediction = ValueType("float32", (classes, *shape), batched[0])
    target = ValueType("int64", shape, batched[1])
    if probabilities:
        target = ValueType("float32", (classes, *shape), batched[1])
    check(node_of("Loss", {"loss": "cross_entropy", **rest}), prediction, target)


@many
@given(
    metric=st.sampled_from(["accuracy", "top_k"]),
    classes=st.integers(3, 5),
    shape=st.lists(small, max_size=2).map(tuple),
    k=st.integers(1, 4),
)
def test_metrics_of_classes(metric: str, classes: int, shape: tuple[int, ...], k: int) -> None:
    prediction, target = ValueType("float32", (classes, *shape), True), ValueType("int64", shape, True)
    check(node_of("Metric", {"metric": metric, "k": k}), prediction, target)


@many
@given(function=st.sampled_from(["softmax", "log_softmax"]), shape=shapes, axis=st.integers(-3, 2))
def test_softmax_along_any_axis(function: str, shape: tuple[int, ...], axis: int) -> None:
    check(node_of("Activation", {"function": function, "axis": axis}), ValueType("float32", shape, True))


# ---- Where formulas are easily wrong ----


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_losses_of_extreme_logits_are_finite(loss: str) -> None:
    target = ValueType("int64", (), True) if loss == "cross_entropy" else ValueType("float32", (3,), True)
    case = Case(node_of("Loss", {"loss": loss}), (ValueType("float32", (3,), True), target))
    alone, values, feed = prepare(case, float_dtype="float32")
    feed["input prediction"] = np.array([[1e4, -1e4, 0], [-1e4, 1e4, 1e3], [0, 0, 0]], np.float32)
    came = compiled(alone, values)(feed)["output"]
    gradient = backward(alone, values["output"], np.ones((), np.float32))(feed)["input prediction"]
    assert np.isfinite(came)
    assert np.isfinite(gradient).all()
    expected = twin(case, feed)
    expected.outputs[0].backward()
    np.testing.assert_allclose(came, expected.outputs[0].detach(), rtol=1e-5)
    np.testing.assert_allclose(gradient, expected.leaves["input prediction"].grad, rtol=1e-5)


@pytest.mark.parametrize("number", [-1, 3])
def test_a_class_that_does_not_exist_makes_the_loss_nan(number: int) -> None:
    case = Case(
        node_of("Loss", {"loss": "cross_entropy"}),
        (ValueType("float32", (3,), True), ValueType("int64", (), True)),
    )
    alone, values, feed = prepare(case)
    feed["input target"][1] = number
    assert np.isnan(compiled(alone, values)(feed)["output"])


@pytest.mark.parametrize("metric", ["accuracy", "top_k"])
def test_a_prediction_that_is_not_a_number_is_not_right(metric: str) -> None:
    case = Case(
        node_of("Metric", {"metric": metric, "k": 1}),
        (ValueType("float32", (3,), True), ValueType("int64", (), True)),
    )
    alone, values, feed = prepare(case)
    feed["input prediction"][:] = np.nan
    feed["input target"][:] = 1
    assert compiled(alone, values)(feed)["measured"][0] == 0


def test_the_schedule_counts_steps_from_one() -> None:
    optimizer = Optimizer(learning_rate=0.2, schedule="time_based", decay=0.01)
    for step in (1, 2, 100):
        progress = Progress(*(ops.full(number, "int64") for number in (step, 100, 1)))
        rate = optimizer.scheduled(ops.full(0.2, "float64"), progress)
        assert evaluate([rate])[0] == pytest.approx(0.2 / (1 + 0.01 * step), rel=1e-15)


CORNERS = np.array([-30, -3, -1, -0.5, 0, 0.25, 0.5, 1, 2.5, 3, 30])
CURVES = [
    Case(kind.model_validate(example.settings), (ValueType("float32", CORNERS.shape),))
    for kind in (catalogue()["Activation"], catalogue()["Function"])
    for example in kind.examples
    if example.inputs[0] is not None and example.inputs[0].is_float
]


@pytest.mark.parametrize("case", CURVES, ids=str)
def test_curves_and_their_slopes_are_equal_at_corners_too(case: Case) -> None:
    alone, values, feed = prepare(case)
    feed["input input"] = CORNERS
    expected = twin(case, feed)
    came = compiled(alone, values)(feed)["output"]
    near = 1e-8  # PyTorch's softplus is a straight line from 20 on
    np.testing.assert_allclose(came, expected.outputs[0].detach(), rtol=near, atol=near)
    found = backward(alone, values["output"], np.ones_like(CORNERS))(feed)
    expected.outputs[0].backward(require_torch().ones(CORNERS.shape, dtype=require_torch().float64))
    slopes = found.get("input input", np.zeros_like(CORNERS))
    np.testing.assert_allclose(slopes, expected.leaves["input input"].grad, rtol=near, atol=near)


@pytest.mark.parametrize("loss", ["mae", "huber"])
def test_losses_slope_equally_at_their_corners(loss: str) -> None:
    value = ValueType("float32", (5,))
    case = Case(node_of("Loss", {"loss": loss, "reduction": "sum"}), (value, value))
    alone, values, feed = prepare(case)
    feed["input target"] = np.zeros(5)
    feed["input prediction"] = np.array([-2, -1, 0, 1, 2], float)
    expected = twin(case, feed)
    expected.outputs[0].backward()
    found = backward(alone, values["output"], np.ones(()))(feed)
    np.testing.assert_allclose(found["input prediction"], expected.leaves["input prediction"].grad)
