from __future__ import annotations

from collections.abc import Callable

import pytest

from wiregrad.engine import ops
from wiregrad.engine.ir import (
    Function,
    IRError,
    TensorType,
    Value,
    is_bool,
    is_float,
    is_integer,
    topological,
)
from wiregrad.engine.primitive import REGISTRY, Primitive

F = ops.input("f", "float32", (2, 3))
D = ops.input("d", "float64", (2, 3))
I = ops.input("i", "int64", (2, 3))  # noqa: E741
B = ops.input("b", "bool", (2, 3))
S = ops.input("s", "int64", ())
IMAGE = ops.input("image", "float32", (1, 4, 4, 3))
KERNEL = ops.input("kernel", "float32", (3, 3, 3, 2))

REFUSED: list[tuple[str, Callable[[], Value], str]] = [
    ("add", lambda: ops.add(F, D), r"one dtype and shape; got float32\[2, 3\] and float64\[2, 3\]"),
    ("add", lambda: ops.add(B, B), r"expected numbers; got bool\[2, 3\]"),
    ("exp", lambda: ops.exp(I), r"expected floats; got int64\[2, 3\]. Put a cast before it"),
    ("floor_div", lambda: ops.floor_div(F, F), "expected integers"),
    ("logical_and", lambda: ops.logical_and(F, F), "expected booleans"),
    ("select", lambda: ops.select(F, F, F), r"expected the condition bool\[2, 3\]; got float32"),
    ("cast", lambda: ops.cast(F, "float16"), "expected a dtype among"),  # type: ignore[arg-type]
    ("shift_right", lambda: ops.shift_right(I, 1), "expected an unsigned integer"),
    ("broadcast", lambda: ops.broadcast(F, (2, 4), (0, 1)), "extents of 1 or equal"),
    ("broadcast", lambda: ops.broadcast(F, (2, 3), (1, 0)), "increasing axis"),
    ("reshape", lambda: ops.reshape(F, (7,)), "a shape of 6 elements"),
    ("transpose", lambda: ops.transpose(F, (0, 0)), "a permutation of the 2 axes"),
    ("slice", lambda: ops.slice(F, (0, 0), (2, 4)), "stop <= extent"),
    ("pad", lambda: ops.pad(F, (-1, 0), (0, 0)), "pads of 0 or more"),
    ("concat", lambda: ops.concat([F, D], 0), "differ along axis 0 only"),
    ("concat", lambda: ops.concat([], 0), "at least one part"),
    ("reduce_max", lambda: ops.reduce_max(ops.slice(F, (0, 0), (0, 3)), [0]), "at least one element"),
    ("expected", lambda: ops.reduce_sum(F, [2]), "an axis from -2 to 1; got 2"),
    ("expected", lambda: ops.reduce_sum(F, [1, -1]), "each axis once"),
    ("gather", lambda: ops.gather(F, F, 0), "expected integers"),
    ("scatter_add", lambda: ops.scatter_add(F, ops.reshape(I, (6,)), 0, 4), "axes of the indices"),
    ("matmul", lambda: ops.matmul(F, F), r"\(..., m, k\) and \(..., k, n\)"),
    ("conv2d", lambda: ops.conv2d(IMAGE, KERNEL, groups=2), "2 groups to divide"),
    ("conv2d", lambda: ops.conv2d(F, KERNEL), "x as NHWC and w as HWIO"),
    ("conv2d", lambda: ops.conv2d(IMAGE, KERNEL, dilation=2), "at least 5 x 5 padded pixels; got 4 x 4"),
    ("expected", lambda: ops.conv2d(IMAGE, KERNEL, stride=0), "strides and dilations of 1 or more"),
    ("max_pool2d", lambda: ops.max_pool2d(IMAGE, 2, padding=((2, 0), (0, 0))), "less padding"),
    ("random_bits", lambda: ops.random_bits(F, S, 0, (1,)), "scalars of int64 or uint64"),
    ("uniform", lambda: ops.uniform(S, S, 0, (1,), "int64"), "expected float32 or float64"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "build", "words"), REFUSED, ids=[case[2][:40] for case in REFUSED])
def test_what_cannot_be_typed_says_expected_and_got(
    source: str, build: Callable[[], Value], words: str
) -> None:
    with pytest.raises(IRError, match=words) as caught:
        build()
    assert str(caught.value).startswith(source)


def test_dtypes_have_one_kind() -> None:
    assert [is_float("float32"), is_integer("uint32"), is_bool("bool")] == [True, True, True]
    assert [is_float("int64"), is_integer("bool"), is_bool("int32")] == [False, False, False]


def test_types_know_their_size_and_spelling() -> None:
    type_ = TensorType("float32", (128, 10))
    assert (type_.size, type_.nbytes, type_.rank, str(type_)) == (1280, 5120, 2, "float32[128, 10]")
    with pytest.raises(IRError, match="extents of 0 or more"):
        TensorType("float32", (-1,))


def test_functions_print_one_line_for_each_value() -> None:
    x = ops.input("x", "float32", ())
    function = Function("count", {"x": x}, {"next": ops.add(x, ops.full(1, "float32"))}, {"next": "x"})
    assert str(function).splitlines() == [
        "function count:",
        "  %x: float32[] = input(name=x, dtype=float32, shape=())",
        "  %1: float32[] = full(value=1.0, dtype=float32, shape=())",
        "  %2: float32[] = add(%x, %1)",
        "  -> next = %2  (next x)",
    ]


def test_functions_refuse_what_does_not_fit_together() -> None:
    x, y = ops.input("x", "float32", ()), ops.input("y", "float32", (2,))
    for arguments, words in (
        (({}, {"out": x}), "'x' is read but not among the inputs"),
        (({"x": ops.neg(x)}, {}), "expected an input for 'x'"),
        (({"x": x, "y": y}, {"out": x}, {"out": "y"}), r"expected float32\[2\] for 'out', the next 'y'"),
        (({"x": x}, {"out": x}, {"out": "z"}), "must name an output and an input"),
        (({"x": x}, {"a": x, "b": x}, {"a": "x", "b": "x"}), "one output for each carried input"),
    ):
        with pytest.raises(IRError, match=words):
            Function("f", *arguments)


def test_operands_come_before_results_and_once() -> None:
    x = ops.input("x", "float32", ())
    a = ops.sin(x)
    y = ops.mul(ops.add(a, x), a)
    order = topological([y, a])
    assert len(order) == len(set(order)) == 4
    assert all(order.index(operand) < order.index(value) for value in order for operand in value.inputs)


def test_two_primitives_cannot_have_one_name() -> None:
    add = REGISTRY["add"]
    with pytest.raises(ValueError, match="two primitives are named 'add'"):
        Primitive("add", add.type_rule, add.gradient, add.kernel)
