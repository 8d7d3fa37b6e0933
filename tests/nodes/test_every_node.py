"""What holds for every kind, tried on its examples. A red test names kind, example and argument."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from pydantic import ValidationError

from tests.nodes.running import (
    Array,
    Case,
    FloatDType,
    backward,
    compiled,
    example_cases,
    example_modes,
    float_placeholders,
    mode_name,
    prepare,
    results,
    typed,
)
from wiregrad.engine.autodiff import carries_gradient
from wiregrad.engine.ir import Value, is_float
from wiregrad.engine.primitive import STOPPED
from wiregrad.nodes import MetricNode, Node, OptimizerNode, catalogue, describe, initial_value
from wiregrad.nodes._isolation import Isolated, isolate

CASES = example_cases()
KINDS = list(catalogue().values())
STEP = 1e-6

each_case = pytest.mark.parametrize("case", CASES, ids=str)
each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind())
each_mode = pytest.mark.parametrize(("case", "training"), example_modes(), ids=mode_name)


def test_the_first_catalogue_is_complete() -> None:
    arithmetic = "Add Sub Mul Div MatMul Function Sum Mean Compare Reshape Flatten Concat"
    layers = "Linear Conv2D MaxPool2D BatchNorm Activation Dropout"
    ends = "Input Parameter Constant Loss Metric Optimizer Output"
    assert set(f"{arithmetic} {layers} {ends}".split()) <= set(catalogue())


@each_mode
@pytest.mark.parametrize(("float_dtype", "batch_size"), [("float32", 1), ("float64", 3)])
def test_what_is_inferred_is_what_comes_out(
    case: Case, training: bool, float_dtype: FloatDType, batch_size: int
) -> None:
    alone, values, feed = prepare(
        case, batch_size=batch_size, float_dtype=float_dtype, training=training
    )  # fmt: skip
    promised = [typed(value, batch_size, float_dtype) for value in case.node.infer(*case.types)]
    if isinstance(case.node, OptimizerNode):
        promised = [(float_dtype, ())]
    if isinstance(case.node, MetricNode):
        promised = [(float_dtype, values["measured"].shape[:1])]
    came = compiled(alone, values)(feed)
    assert [(str(array.dtype), array.shape) for array in came.values()] == promised
    assert all(np.isfinite(array).all() for array in came.values())


@each_mode
def test_every_updated_statistic_keeps_its_type(case: Case, training: bool) -> None:
    alone = isolate(case.node, case.types, training=training)
    specs = case.node.parameters(*case.types)
    assert {name for name, spec in specs.items() if spec.statistic} >= set(alone.build.updates)
    assert training or not alone.build.updates
    for name, value in alone.build.updates.items():
        assert value.type == alone.build.parameters[name].type


@each_mode
def test_gradients_equal_finite_differences(case: Case, training: bool) -> None:
    alone, values, feed = prepare(case, training=training)
    for result, value in values.items():
        if is_float(value.dtype):
            _compare_with_finite_differences(case, alone, result, value, feed)


def _compare_with_finite_differences(
    case: Case, alone: Isolated, result: str, value: Value, feed: Mapping[str, Array]
) -> None:
    cotangent = np.random.default_rng(1).uniform(0.5, 1.5, value.shape)
    forward = compiled(alone, {result: value})
    found = backward(alone, value, cotangent)(feed)

    def weighted(changed: Mapping[str, Array]) -> float:
        return float((forward(changed)[result] * cotangent).sum())

    for name, source in float_placeholders(alone).items():
        (reach,) = carries_gradient([value], [source])
        if reach.block is not None and reach.block.reason == STOPPED.reason:
            continue  # what is stopped on purpose has a derivative all the same
        expected = _differences(weighted, feed, name)
        got = found.get(name, np.zeros_like(expected))
        error = np.abs(got - expected).max() / max(1.0, np.abs(expected).max())
        assert error <= 1e-6, f"{case}: the gradient of {result} for {name}: expected {expected}, got {got}"


def _differences(
    function: Callable[[Mapping[str, Array]], float], feed: Mapping[str, Array], name: str
) -> Array:
    expected = np.zeros_like(feed[name])
    for index in np.ndindex(expected.shape):
        above, below = feed[name].copy(), feed[name].copy()
        above[index] += STEP
        below[index] -= STEP
        expected[index] = (function({**feed, name: above}) - function({**feed, name: below})) / (2 * STEP)
    return expected


@each_case
def test_settings_survive_json(case: Case) -> None:
    kind = type(case.node)
    assert kind.model_validate_json(case.node.model_dump_json()) == case.node
    assert kind.model_validate(case.node.model_dump()) == case.node
    assert kind.model_validate(case.node.model_dump(mode="json")) == case.node


@each_case
def test_building_twice_gives_the_same_and_changes_nothing(case: Case) -> None:
    before = case.node.model_dump_json()
    first, values, feed = prepare(case)
    second = isolate(case.node, case.types, batch_size=3, float_dtype="float64")
    one, other = compiled(first, values)(feed), compiled(second, results(case, second))(feed)
    assert all(np.array_equal(one[name], other[name]) for name in one)
    assert case.node.model_dump_json() == before


def _is_defined_for_each_sample(case: Case) -> bool:
    outputs = case.node.infer(*case.types)
    return (
        bool(case.types)
        and any(value.batched for value in outputs)
        and "never" not in case.node.model_dump().values()
    )


@pytest.mark.parametrize("case", [c for c in CASES if _is_defined_for_each_sample(c)], ids=str)
def test_a_batch_is_its_samples_one_by_one_when_evaluating(case: Case) -> None:
    """No sample depends on another, but for what is defined over the batch."""
    outputs = case.node.infer(*case.types)
    whole, values, feed = prepare(case, training=False)
    single = isolate(case.node, case.types, batch_size=1, float_dtype="float64", training=False)
    run = compiled(single, results(case, single))
    together = compiled(whole, values)(feed)
    batched = {
        f"input {port.name}"
        for port, t in zip(case.node.inputs(), case.types, strict=True)
        if t and t.batched
    }
    for sample in range(3):
        part = {
            name: array[sample : sample + 1] if name in batched else array for name, array in feed.items()
        }
        for (name, alone), value in zip(run(part).items(), outputs, strict=True):
            if value.batched:
                np.testing.assert_allclose(
                    alone[0], together[name][sample], rtol=1e-12, err_msg=f"{case}: {name}"
                )


@each_case
def test_every_parameter_can_be_drawn(case: Case) -> None:
    for name, spec in case.node.parameters(*case.types).items():
        value = initial_value(spec, np.random.default_rng(0))
        assert value.shape == spec.shape, name
        assert np.isfinite(value).all(), name
        assert not (spec.trainable and spec.statistic), name


@each_case
def test_multiply_adds_are_counted_in_integers(case: Case) -> None:
    assert isinstance(case.node.multiply_adds(*case.types), int)


@each_kind
def test_settings_are_described(kind: type[Node]) -> None:
    for name, field in kind.model_fields.items():
        assert field.title, name
        assert (field.description or "").endswith("."), name
        assert not field.is_required(), name


@each_kind
def test_settings_are_frozen_and_closed(kind: type[Node]) -> None:
    with pytest.raises(ValidationError):
        kind.model_validate({"no such setting": 1})
    for name in kind.model_fields:
        with pytest.raises(ValidationError):
            setattr(kind(), name, None)


@each_kind
def test_hints_name_settings_and_values_that_exist(kind: type[Node]) -> None:
    properties = kind.model_json_schema().get("properties", {})
    for name, schema in properties.items():
        for other, values in schema.get("x-show-when", {}).items():
            assert other in properties, f"{name} depends on {other}"
            for value in values:
                kind.model_validate({other: value})
        assert schema.get("x-control", "text") in ("tensor", "shape", "node-list", "text", "block"), name


@each_kind
def test_port_names_are_unique(kind: type[Node]) -> None:
    node = kind()
    for ports in (node.inputs(), node.outputs()):
        assert len({port.name for port in ports}) == len(ports)
        assert all(port.description.endswith(".") for port in ports)


@each_kind
def test_the_description_is_complete(kind: type[Node]) -> None:
    description = describe(kind)
    assert description.title
    assert description.help
    assert description.summary.endswith(".")
    assert "\n" not in description.summary
    assert kind.model_validate(description.default_settings) == kind()
    assert description.settings_schema["properties"] or not kind.model_fields


@pytest.mark.parametrize(
    ("kind", "gradient"),
    [
        ("Parameter", "creates"),
        ("Linear", "creates"),
        ("Conv2D", "creates"),
        ("BatchNorm", "creates"),
        ("Add", "passes"),
        ("Loss", "passes"),
        ("Compare", "loses"),
        ("Input", "none"),
        ("Constant", "none"),
    ],
)
def test_gradient_behavior_follows_from_the_ir(kind: str, gradient: str) -> None:
    assert describe(catalogue()[kind]).gradient == gradient
