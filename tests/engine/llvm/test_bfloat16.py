"""Products of bfloat16 by native kernels: on an emulator, and with arithmetic in place of instructions."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import pytest

from tests.engine.llvm import emulating
from tests.engine.llvm.classifier import classifier, classifier_feed
from tests.engine.llvm.compiling import WAYS, Way, drawn, interpreted, stepped
from tests.engine.llvm.harness import run, written
from tests.engine.llvm.test_products import (
    CASES,
    IMAGES,
    ORDERS,
    assert_close,
    doubled_and_moved,
    product,
    values,
)
from wiregrad.engine import ops
from wiregrad.engine.backends.llvm.kernels.convolution import Convolution
from wiregrad.engine.backends.llvm.kernels.product import Product
from wiregrad.engine.backends.llvm.kernels.weight_gradient import WeightGradient
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.target import Target, host_target
from wiregrad.engine.backends.llvm.translation import planned
from wiregrad.engine.interpreter import Array, evaluate
from wiregrad.engine.ir import Function
from wiregrad.engine.passes.bfloat16 import bfloat16_products

SAPPHIRE_RAPIDS = Target(
    "x86_64-unknown-linux-gnu", "sapphirerapids", "+avx512f,+avx512bw,+avx512dq,+avx512vl,+avx512bf16", 64, 32
)
NEOVERSE = replace(emulating.ARM64, features="+neon,+bf16")
DOTS = re.compile(r'^declare <(\d+) x float> @"llvm\.x86\.avx512bf16\.dpbf16ps\.\d+"\(.*\)$', re.MULTILINE)


def dots(text: str) -> str:
    """Two multiply-adds for each instruction that this processor may not have."""
    renamed = DOTS.sub(lambda found: _definition(int(found[1])), text)
    return re.sub(r"llvm\.x86\.avx512bf16\.dpbf16ps\.(\d+)", r"dots.\1", renamed)


def _definition(width: int) -> str:
    bits, floats, numbers = f"<{width} x i32>", f"<{width} x float>", f"<{2 * width} x bfloat>"
    lines = [f'define internal {floats} @"dots.{32 * width}"({floats} %s, {numbers} %a, {numbers} %b) {{']
    for name in "ab":
        lines += [
            f"%{name}i = bitcast {numbers} %{name} to {bits}",
            f"%{name}l = shl {bits} %{name}i, splat (i32 16)",
            f"%{name}h = and {bits} %{name}i, splat (i32 -65536)",
            f"%{name}0 = bitcast {bits} %{name}l to {floats}",
            f"%{name}1 = bitcast {bits} %{name}h to {floats}",
        ]
    for half in "01":
        lines.append(f"%p{half} = fmul {floats} %a{half}, %b{half}")
    return "\n".join(
        [*lines, f"%t = fadd {floats} %s, %p0", f"%r = fadd {floats} %t, %p1", f"ret {floats} %r", "}"]
    )


def rounded(array: Array) -> Array:
    """As the plain interpreter rounds."""
    x = ops.constant(array, "float32")
    return evaluate([ops.round_bfloat16(x)])[0]


def paired(a: Array, b: Array, vector_bytes: int = 64) -> Product:
    """A product of rounded numbers, for a processor that has instructions for it."""
    registers = 32 if vector_bytes == 64 else 16
    target = replace(SAPPHIRE_RAPIDS, vector_bytes=vector_bytes, registers=registers)
    return replace(product(a, b), target=target, is_paired=True)


def multiply(kernel: Product, a: Array, b: Array, parts: int) -> Array:
    shape = (a.shape[0], a.shape[1], b.shape[2])
    (result,) = run(kernel, [a, b], [("float32", shape)], host_target(), parts, stand_in=dots)
    return result


LAYOUTS: dict[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "rows by rows": lambda a, b: (a, b),
    "rows by columns": lambda a, b: (a, ORDERS["columns"](b)),
    "columns by rows": lambda a, b: (ORDERS["columns"](a), b),
}


SIZES = [
    (1, 1, 1, 1),
    (1, 7, 5, 3),
    (3, 17, 8, 25),
    (1, 2, 9, 100),
    (1, 30, 300, 6),
    (2, 130, 21, 260),
    (1, 1200, 1001, 20),
    (3, 40, 20, 1),
    (1, 5, 0, 9),
    (1, 5, 4, 0),
]


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_product_of_any_size(layout: str, size: tuple[int, int, int, int]) -> None:
    batch, rows, depth, columns = size
    a, b = (rounded(values("float32", batch, *shape)) for shape in ((rows, depth), (depth, columns)))
    left, right = LAYOUTS[layout](a, b)
    expected = a.astype("float64") @ b.astype("float64")
    assert_close(multiply(paired(left, right), left, right, parts=3), expected)


@pytest.mark.parametrize("of_b", ORDERS)
@pytest.mark.parametrize("of_a", ORDERS)
def test_product_of_any_layout(of_a: str, of_b: str) -> None:
    a, b = (ORDERS[of](rounded(values("float32", 2, *s))) for of, s in ((of_a, (15, 75)), (of_b, (75, 43))))
    expected = a.astype("float64") @ b.astype("float64")
    for vector_bytes in (16, 64):
        assert_close(multiply(paired(a, b, vector_bytes), a, b, parts=1), expected)


@pytest.mark.parametrize(("order", "depth"), [("columns", 785), ("rows", 5001)])
def test_tail_comes_after_all_blocks_of_a_long_reduction(order: str, depth: int) -> None:
    rows = 70
    a = ORDERS[order](rounded(values("float32", 2, rows, depth)))
    b, c = rounded(values("float32", 2, depth, 20)), values("float32", 2, rows, 20)
    kernel = replace(paired(a, b), tail=doubled_and_moved("float32", (rows * 20, 20, 1)))
    assert kernel.block < depth
    (result,) = run(kernel, [a, b, c], [("float32", (2, rows, 20))], host_target(), 3, stand_in=dots)
    assert_close(result, 2 * (a.astype("float64") @ b) + c)


# ---- Convolutions ----


def check_convolution(name: str, kind: str, orders: tuple[str, str], parts: int) -> None:
    case = CASES[name]
    a_shape, b_shape, shape = case.operands(kind)
    a, b = (
        IMAGES[order](rounded(values("float32", *s)))
        for order, s in zip(orders, (a_shape, b_shape), strict=True)
    )
    plain = case.kernel(kind, a, b)
    assert not isinstance(plain, WeightGradient)
    kernel = replace(plain, target=SAPPHIRE_RAPIDS, is_paired=True)
    (got,) = run(kernel, [a, b], [("float32", shape)], host_target(), parts, stand_in=dots)
    assert_close(got, case.expected(kind, a, b))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("kind", ["forward", "input gradient"])
def test_convolution(kind: str, name: str) -> None:
    check_convolution(name, kind, ("as it is", "last axis first"), 3)


@pytest.mark.parametrize("kind", ["forward", "input gradient"])
@pytest.mark.parametrize("order", list(IMAGES)[1:])
def test_convolution_of_any_layout(kind: str, order: str) -> None:
    for name in ("same", "points with stride"):
        check_convolution(name, kind, (order, "as it is"), 1)


def assembly(text: str, target: Target) -> str:
    """What LLVM makes of a module for another processor."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple(target.triple).create_target_machine(
        cpu=target.cpu, features=target.features, opt=3
    )
    return str(machine.emit_assembly(llvm.parse_assembly(text)))


@pytest.mark.parametrize(("target", "instruction"), [(SAPPHIRE_RAPIDS, "vdpbf16ps"), (NEOVERSE, "bfdot")])
def test_instructions_of_processors_that_have_them(target: Target, instruction: str) -> None:
    a, b = values("float32", 1, 40, 64), values("float32", 1, 64, 50)
    plain = replace(product(a, b), target=target)
    texts = [written(kernel, 3, target) for kernel in (plain, replace(plain, is_paired=True))]
    without, with_pairs = (assembly(text, target).count(f"\t{instruction}\t") for text in texts)
    assert (without, with_pairs > 0) == (0, True)


# ---- Whole programs ----


def multiplied() -> tuple[Function, dict[str, Array]]:
    """Products whose operands lie in every way, their rounding left to the pass."""
    shapes = {"a": (2, 30, 45), "b": (2, 45, 37), "c": (2, 37, 45), "d": (2, 45, 30), "e": (45,)}
    inputs = {name: ops.input(name, "float32", shape) for name, shape in shapes.items()}
    a, b, c, d, e = inputs.values()
    bias = ops.broadcast_to(ops.constant(0.5, "float32"), (2, 30, 37))
    outputs = {
        "plain": ops.matmul(a, b),
        "second transposed": ops.relu(ops.add(ops.matmul(a, ops.matrix_transpose(c)), bias)),
        "first transposed": ops.matmul(ops.matrix_transpose(d), b),
        "repeated": ops.matmul(ops.broadcast_to(e, (2, 30, 45)), b),
        "side by side": ops.matmul(ops.concat([a, ops.matrix_transpose(d)], 1), b),
    }
    feed = {name: drawn(shape, "float32", number) for number, (name, shape) in enumerate(shapes.items())}
    return bfloat16_products(Function("multiplied", inputs, outputs)), feed


def assert_near(got: Array, expected: Array, of_largest: float) -> None:
    np.testing.assert_allclose(got, expected, rtol=0, atol=of_largest * float(np.abs(expected).max()))


def test_arm64_multiplies_as_the_interpreter(tmp_path: Path) -> None:
    """Up to the order of sums, and to how the instruction rounds them."""
    function, feed = multiplied()
    kernels = [launch.kernel for launch in planned(function, Options(), NEOVERSE).launches]
    assert sum(isinstance(kernel, Product) and kernel.is_paired for kernel in kernels) == len(
        function.outputs
    )
    got = emulating.run(function, feed, 1, tmp_path, NEOVERSE)
    for name, array in interpreted(function, feed, 1)[0].items():
        assert_near(got[name], array, 1e-5)


def test_arm64_trains_as_the_interpreter(tmp_path: Path) -> None:
    function, feed = bfloat16_products(classifier()), classifier_feed()
    kernels = [launch.kernel for launch in planned(function, Options(), NEOVERSE).launches]
    assert any(isinstance(kernel, Convolution) and kernel.is_paired for kernel in kernels)
    got = emulating.run(function, feed, 3, tmp_path, NEOVERSE)
    expected = interpreted(function, feed, 3)[-1]
    assert_near(got["loss"], expected["loss"], 1e-3)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_this_processor_multiplies_as_the_interpreter(way: Way) -> None:
    function, feed = multiplied()
    (got,) = stepped(way.compile(function), function, feed, 1)
    for name, array in interpreted(function, feed, 1)[0].items():
        assert_near(got[name], array, 1e-5)
