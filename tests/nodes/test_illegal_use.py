"""Whatever settings and inputs a node is given: it works, or it says what is wrong and what to do."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.nodes.problems import after_fix, check_problem
from tests.nodes.running import Case, compiled, draw, results, typed
from tests.nodes.strategies import companions, every_kind, kinds, legal_nodes, nonsense, value_types
from wiregrad.nodes import (
    MetricNode,
    Node,
    NodeProblem,
    OptimizerNode,
    ParameterSpec,
    Port,
    ValueType,
    catalogue,
)
from wiregrad.nodes._isolation import InputTypes, isolate
from wiregrad.nodes._types import MAX_DIMENSION

RUNNABLE_ELEMENTS = 20_000


@given(kind=every_kind, data=st.data())
def test_any_settings_are_accepted_or_refused_as_settings(kind: type[Node], data: st.DataObject) -> None:
    names = [*kind.model_fields, "unknown"]
    given_settings = data.draw(st.dictionaries(st.sampled_from(names), nonsense, max_size=4))
    try:
        node = kind.model_validate(given_settings)
    except ValidationError:
        return
    assert kind.model_validate_json(node.model_dump_json()) == node


def _beside(first: ValueType, port: Port) -> st.SearchStrategy[ValueType | None]:
    return st.none() | companions(first) if port.optional else companions(first)


@settings(max_examples=400, deadline=None)
@given(kind=kinds, data=st.data())
def test_any_inputs_are_accepted_or_refused_with_a_remedy(kind: type[Node], data: st.DataObject) -> None:
    node = data.draw(legal_nodes(kind))
    first = data.draw(value_types())
    types = (first, *(data.draw(_beside(first, port)) for port in node.inputs()[1:]))[: len(node.inputs())]
    try:
        promised = node.infer(*types)
        specs = node.parameters(*types)
    except NodeProblem as problem:
        check_problem(problem, node)
        return
    assert len(promised) == len(node.outputs())
    assert node.multiply_adds(*types) >= 0
    assert node.torch(*types)
    check_what_comes_out(Case(node, types), promised, list(specs.values()))


def check_what_comes_out(case: Case, promised: tuple[ValueType, ...], specs: list[ParameterSpec]) -> None:
    """Built in both modes; run as well where that takes little memory."""
    for training in (True, False):
        alone = isolate(case.node, case.types, training=training)
        values = results(case, alone)
        if not isinstance(case.node, MetricNode | OptimizerNode):
            types = [(value.dtype, value.shape) for value in values.values()]
            assert types == [typed(value, 2, "float32") for value in promised]
        tensors = [*values.values(), *alone.placeholders.values()]
        size = sum(tensor.size for tensor in tensors) + sum(spec.size for spec in specs)
        if size < RUNNABLE_ELEMENTS and len(case.types) < 6:
            came = compiled(alone, values)(draw(alone))
            assert [array.shape for array in came.values()] == [value.shape for value in values.values()]


FIXABLE: list[tuple[str, dict[str, Any], InputTypes]] = [
    ("Linear", {}, (ValueType("float32", (3, 8, 8), True),)),
    ("Linear", {}, (ValueType("float32", (), True),)),
    ("Conv2D", {}, (ValueType("float32", (8, 8), True),)),
    ("Conv2D", {"padding": "same", "stride": 2}, (ValueType("float32", (1, 8, 8), True),)),
    ("Conv2D", {"groups": 3}, (ValueType("float32", (2, 8, 8), True),)),
    ("MaxPool2D", {}, (ValueType("float32", (8, 8), True),)),
    ("BatchNorm", {}, (ValueType("float32", (), True),)),
    ("Function", {"function": "clip", "minimum": 2, "maximum": 1}, (ValueType("float32", (3,)),)),
    ("Flatten", {"start_axis": 2, "end_axis": 1}, (ValueType("float32", (3, 4, 5)),)),
    ("Parameter", {"shape": [3], "values": [1, 2]}, ()),
    ("Constant", {"values": [1.5], "dtype": "int64"}, ()),
    (
        "Loss",
        {"loss": "cross_entropy"},
        (ValueType("float32", (3,), True), ValueType("int64", (1,), True)),
    ),
    ("Loss", {}, (ValueType("float32", (4,), True), ValueType("float32", (2, 2), True))),
    ("Optimizer", {"nesterov": True}, (ValueType("float32", ()), None)),
]


@pytest.mark.parametrize(("kind", "given_settings", "types"), FIXABLE, ids=str)
def test_an_offered_fix_removes_the_problem(
    kind: str, given_settings: dict[str, Any], types: InputTypes
) -> None:
    node = catalogue()[kind].model_validate(given_settings)
    with pytest.raises(NodeProblem) as caught:
        node.infer(*types)
    check_problem(caught.value, node)
    fixed, fixed_types = after_fix(caught.value, node, types)
    fixed.infer(*fixed_types)


WRONG: list[tuple[str, dict[str, Any], InputTypes, str | None, str]] = [
    ("Add", {}, (ValueType("float32", (2,)), ValueType("float32", (3,))), "b", "shape"),
    ("Add", {}, (ValueType("bool", (2,)), ValueType("float32", (2,))), "a", "dtype"),
    ("MatMul", {}, (ValueType("float32", (2, 3)), ValueType("float32", (2, 3))), "b", "shape"),
    ("Compare", {"operation": "and"}, (ValueType("bool", ()), ValueType("int64", ())), "b", "dtype"),
    ("Compare", {"operation": "<"}, (ValueType("bool", ()), ValueType("int64", ())), "a", "dtype"),
    ("Reshape", {"shape": [3]}, (ValueType("float32", (4,)),), "input", "shape"),
    ("Reshape", {"shape": [-1, -1]}, (ValueType("float32", (4,)),), None, "setting"),
    ("Sum", {"axes": [2]}, (ValueType("float32", (2, 2), True),), "input", "shape"),
    ("Concat", {}, (ValueType("float32", (2, 2)), ValueType("float32", (3,))), "input_2", "shape"),
    ("Concat", {}, (ValueType("float32", (2,)), ValueType("bool", (3,))), "input_2", "dtype"),
    ("Linear", {}, (ValueType("int64", (2,)),), "input", "dtype"),
    (
        "Linear",
        {"connections": 2},
        (ValueType("float32", (2,)), ValueType("float32", (3,))),
        "input_2",
        "shape",
    ),
    ("Linear", {"units": 10**6}, (ValueType("float32", (1000,), True),), None, "limit"),
    ("Conv2D", {"kernel": 7}, (ValueType("float32", (1, 4, 4), True),), "input", "shape"),
    ("MaxPool2D", {"padding": 2}, (ValueType("float32", (1, 4, 4), True),), "input", "setting"),
    ("BatchNorm", {}, (ValueType("float32", (3,)),), "input", "shape"),
    ("Parameter", {"shape": [2**20, 2**20]}, (), None, "limit"),
    ("Parameter", {"shape": [2**30]}, (), None, "limit"),
    (
        "Loss",
        {"loss": "cross_entropy"},
        (ValueType("float32", (3,), True), ValueType("float32", (), True)),
        "target",
        "shape",
    ),
    (
        "Loss",
        {"loss": "cross_entropy"},
        (ValueType("float32", (1,), True), ValueType("int64", (), True)),
        "prediction",
        "shape",
    ),
    ("Loss", {}, (ValueType("float32", (3,), True), ValueType("float32", (2,), True)), "target", "shape"),
    (
        "Optimizer",
        {"loss_function": "cross_entropy"},
        (ValueType("float32", (), True), ValueType("int64", (), True)),
        "loss",
        "shape",
    ),
    (
        "Metric",
        {"metric": "top_k"},
        (ValueType("float32", (3,), True), ValueType("int64", (), True)),
        "prediction",
        "setting",
    ),
    ("Output", {"display": "image"}, (ValueType("float32", (2, 8, 8), True),), "input", "shape"),
    (
        "Output",
        {"display": "probabilities", "labels": ["a"]},
        (ValueType("float32", (2,), True),),
        "input",
        "shape",
    ),
]


@pytest.mark.parametrize(("kind", "given_settings", "types", "port", "code"), WRONG, ids=str)
def test_what_is_wrong_is_said_at_its_port(
    kind: str, given_settings: dict[str, Any], types: InputTypes, port: str | None, code: str
) -> None:
    node = catalogue()[kind].model_validate(given_settings)
    with pytest.raises(NodeProblem) as caught:
        node.infer(*types)
    check_problem(caught.value, node)
    assert (caught.value.port, caught.value.code) == (port, code)


@pytest.mark.parametrize(
    "shape",
    [(0,), (-1,), (MAX_DIMENSION + 1,), (1,) * 9, (2**16, 2**16)],
    ids=["zero", "negative", "long", "deep", "large"],
)
def test_a_shape_beyond_the_limits_cannot_be_typed(shape: tuple[int, ...]) -> None:
    with pytest.raises(NodeProblem) as caught:
        ValueType("float32", shape)
    assert caught.value.code == "limit"
    with pytest.raises(NodeProblem):
        ParameterSpec(shape)


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("Parameter", {"values": [[1, 2], [3]]}),
        ("Parameter", {"values": []}),
        ("Parameter", {"values": ["1"]}),
        ("Parameter", {"values": float("nan")}),
        ("Parameter", {"values": [[[[[[[[[1]]]]]]]]]}),
        ("Constant", {"values": 2**63}),
        ("Constant", {"values": None}),
        ("Input", {"name": ""}),
        ("Input", {"shape": [0]}),
        ("Input", {"dtype": "float64"}),
        ("Conv2D", {"kernel": 0}),
        ("Conv2D", {"kernel": [1, 2, 3]}),
        ("Conv2D", {"padding": "full"}),
        ("Dropout", {"probability": 1.5}),
        ("Optimizer", {"learning_rate": float("inf")}),
        ("Optimizer", {"beta1": 1}),
        ("Linear", {"connections": 17}),
    ],
    ids=str,
)
def test_settings_out_of_bounds_are_refused(kind: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        catalogue()[kind].model_validate(wrong)


def test_a_literal_keeps_its_nesting_and_types() -> None:
    for values in (5, True, [1, 2.5], [[True], [False]], [[[1, 2, 3], [4, 5, 6]]]):
        node = catalogue()["Constant"].model_validate({"values": values})
        assert node.model_dump(mode="json")["values"] == values
        (inferred,) = node.infer()
        assert inferred.shape == np.shape(values)
