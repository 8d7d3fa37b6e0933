"""Sequences against PyTorch over any legal settings: embedding, attention, recurrent layers, positions."""

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
from wiregrad.nodes import NodeProblem, ValueType, initial_value
from wiregrad.nodes._isolation import InputTypes, isolate

small = st.integers(1, 4)
many = settings(max_examples=60, deadline=None)
CLOSE = 1e-10


@pytest.fixture(autouse=True, scope="module")
def _torch() -> Any:  # noqa: ANN401 - PyTorch's types are unknown here
    return require_torch()


def check_all(case: Case, changed: dict[str, Array] | None = None) -> None:
    check(case.node, *case.types, tolerance=CLOSE, changed=changed)


# ---- Recurrent layers ----


@settings(max_examples=30, deadline=None)
@given(
    kind=st.sampled_from(["RNN", "LSTM", "GRU"]),
    units=small,
    layers=st.integers(1, 3),
    bidirectional=st.booleans(),
    returns=st.sampled_from(["sequence", "last"]),
    bias=st.booleans(),
    steps=small,
    width=small,
    connections=st.integers(1, 2),
    data=st.data(),
)
def test_recurrent_layers(
    kind: str,
    steps: int,
    width: int,
    connections: int,
    data: st.DataObject,
    **rest: Any,  # noqa: ANN401
) -> None:
    chosen = {**rest, "connections": connections}
    if kind == "RNN":
        chosen["nonlinearity"] = data.draw(st.sampled_from(["tanh", "relu"]))
    node = node_of(kind, chosen)
    rows = rest["layers"] * (1 + rest["bidirectional"])
    memory = (rest["units"],) if rows == 1 else (rows, rest["units"])
    types: list[ValueType | None] = []
    for _ in range(connections):
        types.append(ValueType("float32", (steps, width), data.draw(st.booleans())))
        types += [
            data.draw(st.none() | st.booleans().map(lambda batched: ValueType("float32", memory, batched)))
            for _ in range(len(node.inputs()) // connections - 1)
        ]
    check_all(Case(node, tuple(types)))


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_long_walk_stays_equal(kind: str) -> None:
    node = node_of(kind, {"units": 3})
    types: InputTypes = (ValueType("float32", (60, 2), True), *[None] * (len(node.inputs()) - 1))
    check_all(Case(node, types))


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_recurrent_defaults_are_pytorchs(kind: str) -> None:
    module, node = getattr(require_torch().nn, kind)(3, 4), node_of(kind, {}).model_dump()
    found = {"layers": module.num_layers, "bias": module.bias, "bidirectional": module.bidirectional}
    assert found == {name: node[name] for name in found}


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_recurrent_weights_start_as_in_pytorch(kind: str) -> None:
    node = node_of(kind, {"units": 400})
    value = ValueType("float32", (2, 300), True)
    types = (value, *[None] * (len(node.inputs()) - 1))
    module = getattr(require_torch().nn, kind)(300, 400)
    for name, spec in node.parameters(*types).items():
        reference = getattr(module, name).detach().numpy()
        drawn = initial_value(spec, np.random.default_rng(0))
        assert drawn.shape == reference.shape
        bound = 1 / 20  # of a uniform draw: 1 / sqrt(units)
        for numbers in (drawn, reference):
            assert 0.9 * bound < np.abs(numbers).max() <= bound, name


# ---- Attention ----


@many
@given(
    heads=st.integers(1, 3),
    per_head=small,
    steps=small,
    causal=st.booleans(),
    bias=st.booleans(),
    batched=st.booleans(),
    context=st.none() | st.tuples(small, st.booleans()),
    mask=st.none() | st.tuples(st.booleans(), st.booleans()),
    seed=st.integers(0, 99),
)
def test_attention(
    *,
    heads: int,
    per_head: int,
    steps: int,
    batched: bool,
    context: tuple[int, bool] | None,
    mask: tuple[bool, bool] | None,
    seed: int,
    **rest: bool,
) -> None:
    width, seen = heads * per_head, context[0] if context else steps
    types: InputTypes = (
        ValueType("float32", (steps, width), batched),
        ValueType("float32", (seen, width), context[1]) if context else None,
        ValueType("bool", (steps, seen) if mask[0] else (seen,), mask[1]) if mask else None,
    )
    changed: dict[str, Array] = {}
    if mask is not None:
        hidden = np.random.default_rng(seed).integers(0, 2, (*((3,) if mask[1] else ()), *types[2].shape))  # type: ignore[union-attr]
        hidden[..., 0] = 0  # where nothing is left to see, PyTorch has NaN
        changed["input mask"] = hidden.astype(bool)
    check_all(Case(node_of("Attention", {"heads": heads, **rest}), types), changed)


def _attention(masked: bool) -> tuple[Case, dict[str, Array]]:
    types = (
        ValueType("float32", (3, 4), True),
        None,
        ValueType("bool", (3,), True) if masked else None,
    )
    case = Case(node_of("Attention", {"heads": 2, "causal": masked}), types)
    _, _, feed = prepare(case, float_dtype="float32")
    feed["input input"] *= 200  # scores of about 1e4 and more
    return case, feed


@pytest.mark.parametrize("masked", [False, True])
def test_attention_with_extreme_scores_is_finite_where_pytorch_is(masked: bool) -> None:
    case, feed = _attention(masked)
    if masked:
        feed["input mask"] = np.array([[False, True, False], [False, False, False], [False, True, True]])
    alone, values, _ = prepare(case, float_dtype="float32")
    came = compiled(alone, values)(feed)["output"]
    expected = twin(case, feed)
    output = expected.outputs[0]
    scale = output.detach().abs().max().item()
    np.testing.assert_allclose(came / scale, output.detach().numpy() / scale, atol=1e-5)
    found = backward(alone, values["output"], np.ones_like(came))(feed)
    output.sum().backward()
    for name in ("input input", "in_proj_weight", "out_proj.weight"):
        reference = expected.leaves[name].grad.numpy()
        assert np.isfinite(found[name]).all()
        size = max(1.0, np.abs(reference).max())
        np.testing.assert_allclose(found[name] / size, reference / size, atol=1e-5, err_msg=name)


def test_a_step_that_may_see_nothing_takes_nothing() -> None:
    case, feed = _attention(masked=True)
    feed["input mask"] = np.ones((3, 3), bool)
    alone, values, _ = prepare(case, float_dtype="float32")
    came = compiled(alone, values)(feed)["output"]
    np.testing.assert_array_equal(came, np.broadcast_to(feed["out_proj.bias"], came.shape))
    gradients = backward(alone, values["output"], np.ones_like(came))(feed)
    assert all(np.isfinite(gradient).all() for gradient in gradients.values())
    assert not gradients["input input"].any()


def test_attention_drops_weights_while_training_only() -> None:
    types = (ValueType("float32", (50, 8), True), None, None)
    case = Case(node_of("Attention", {"dropout": 0.4}), types)
    alone, values, feed = prepare(case)
    plain = isolate(node_of("Attention", {}), types, batch_size=3, float_dtype="float64")
    run, without = compiled(alone, values), compiled(plain, {"output": plain.outputs[0]})(feed)["output"]
    first, again = run(feed)["output"], run(feed)["output"]
    other = run({**feed, "step": feed["step"] + 1})["output"]
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)
    many_steps = [run({**feed, "step": np.asarray(n, "int64")})["output"] for n in range(400)]
    error = np.abs(np.mean(many_steps, axis=0) - without).max() / np.abs(without).max()
    assert error < 0.2
    evaluated = isolate(case.node, types, batch_size=3, float_dtype="float64", training=False)
    same = compiled(evaluated, {"output": evaluated.outputs[0]})(feed)["output"]
    np.testing.assert_array_equal(same, without)


# ---- Embedding and positions ----


@many
@given(
    shape=st.lists(small, max_size=3).map(tuple),
    vocabulary=st.integers(3, 6),
    width=small,
    padding=st.none() | st.integers(0, 2),
    batched=st.booleans(),
)
def test_embedding(shape: tuple[int, ...], batched: bool, padding: int | None, **rest: int) -> None:
    case = Case(
        node_of("Embedding", {**rest, "padding": padding}), (ValueType("int64", shape, batched),)
    )  # fmt: skip
    changed = {}
    if padding is not None:  # PyTorch keeps zeros in this row, which here is never read
        changed["weight"] = prepare(case)[2]["weight"]
        changed["weight"][padding] = 0
    check_all(case, changed)


@pytest.mark.parametrize("number", [-1, 3, 2**62])
def test_a_number_outside_the_vocabulary_gives_nan_and_spoils_no_other(number: int) -> None:
    case = Case(node_of("Embedding", {"vocabulary": 3, "width": 2}), (ValueType("int64", (2,), True),))
    alone, values, feed = prepare(case)
    feed["input input"] = np.array([[0, 1], [number, 2], [1, 1]])
    came = compiled(alone, values)(feed)["output"]
    expected = np.isnan(came)
    assert expected[1, 0].all()
    assert expected.sum() == 2


@many
@given(steps=st.integers(1, 6), width=st.integers(1, 6), batched=st.booleans(), learned=st.booleans())
def test_positions(steps: int, width: int, batched: bool, learned: bool) -> None:
    node = node_of("PositionalEncoding", {"method": "learned" if learned else "sinusoidal"})
    check_all(Case(node, (ValueType("float32", (steps, width), batched),)))


# ---- What is refused ----

SEQUENCE = ValueType("float32", (5, 4), True)
REFUSED: list[tuple[str, dict[str, Any], InputTypes, str | None, str]] = [
    ("Embedding", {}, (ValueType("float32", (3,)),), "input", "dtype"),
    ("Embedding", {"vocabulary": 3, "padding": 3}, (ValueType("int64", (3,)),), None, "setting"),
    ("Embedding", {"vocabulary": 2**31 - 1}, (ValueType("int64", (3,)),), None, "limit"),
    ("PositionalEncoding", {}, (ValueType("float32", (4,), True),), "input", "shape"),
    ("PositionalEncoding", {}, (ValueType("float32", (2**20, 16), True),), "input", "limit"),
    ("Attention", {"heads": 3}, (SEQUENCE, None, None), "input", "shape"),
    ("Attention", {}, (ValueType("int64", (5, 4)), None, None), "input", "dtype"),
    ("Attention", {}, (SEQUENCE, ValueType("float32", (5, 3)), None), "context", "shape"),
    ("Attention", {}, (SEQUENCE, None, ValueType("bool", (4,))), "mask", "shape"),
    ("Attention", {}, (SEQUENCE, None, ValueType("float32", (5,))), "mask", "dtype"),
    ("Attention", {"connections": 2}, (SEQUENCE, None, None, None, None, None), None, "missing"),
    (
        "Attention",
        {"connections": 2},
        (SEQUENCE, None, None, ValueType("float32", (5, 2)), None, None),
        "input_2",
        "shape",
    ),
    ("LSTM", {}, (ValueType("float32", (4,), True), None, None), "input", "shape"),
    ("LSTM", {"units": 2}, (SEQUENCE, ValueType("float32", (3,)), None), "state", "shape"),
    ("LSTM", {"units": 2}, (SEQUENCE, None, ValueType("int64", (2,))), "cell", "dtype"),
    ("GRU", {"layers": 2}, (SEQUENCE, ValueType("float32", (1,))), "state", "shape"),
    ("RNN", {"units": 20_000}, (SEQUENCE, None), None, "limit"),
    ("RNN", {"layers": 3}, (ValueType("float32", (1000, 4), True), None), "input", "limit"),
]


@pytest.mark.parametrize(("kind", "given_settings", "types", "port", "code"), REFUSED, ids=str)
def test_what_does_not_fit_is_refused_at_its_port(
    kind: str, given_settings: dict[str, Any], types: InputTypes, port: str | None, code: str
) -> None:
    node = node_of(kind, given_settings)
    with pytest.raises(NodeProblem) as caught:
        node.infer(*types)
    check_problem(caught.value, node)
    assert (caught.value.port, caught.value.code) == (port, code)
