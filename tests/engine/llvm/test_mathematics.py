"""Every function against references of more digits, over all bit patterns and where it is interesting."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

pytest.importorskip("llvmlite", reason="llvmlite is not installed")

import llvmlite.binding as llvm
from llvmlite import ir

from wiregrad.engine import ops
from wiregrad.engine.backends.llvm.mathematics import FUNCTIONS, emit

Array = npt.NDArray[Any]
ELEMENTS = {"float32": ir.FloatType(), "float64": ir.DoubleType()}
DTYPES: dict[str, np.dtype[Any]] = {"float32": np.dtype(np.float32), "float64": np.dtype(np.float64)}
WIDTHS = {"float32": (1, 5, 8), "float64": (1, 3, 4)}
BINARY = {"pow", "minimum", "maximum"}
ROUNDED_ONCE = {"sqrt", "reciprocal", "abs", "sign", "floor", "ceil", "round", "minimum", "maximum", "relu"}
ALLOWED_ULP = {name: 0.5001 if name in ROUNDED_ONCE else 4.0 for name in FUNCTIONS}
ZERO_OF_EITHER_SIGN = {"minimum", "maximum", "relu"}  # NumPy does not say which of two zeros is larger
SAMPLES = 100_000


def _kind(dtype: str, width: int) -> ir.Type:
    return ELEMENTS[dtype] if width == 1 else ir.VectorType(ELEMENTS[dtype], width)


def _symbol(name: str, dtype: str, width: int) -> str:
    return f"{name}_{dtype}_{width}"


def _add_loop(module: ir.Module, name: str, dtype: str, width: int) -> None:
    """A function of the addresses of a result and two operands, and their count, a multiple of the width."""
    pointer, integer, kind = ir.PointerType(), ir.IntType(64), _kind(dtype, width)
    signature = ir.FunctionType(ir.VoidType(), [pointer, pointer, pointer, integer])
    function = ir.Function(module, signature, _symbol(name, dtype, width))
    entry = function.append_basic_block()
    head, done = function.append_basic_block(), function.append_basic_block()
    builder = ir.IRBuilder(entry)
    builder.branch(head)
    builder.position_at_end(head)
    index = builder.phi(integer)
    index.add_incoming(integer(0), entry)
    result, *sources, count = function.args
    places = [builder.gep(each, [index], source_etype=ELEMENTS[dtype]) for each in (result, *sources)]
    operands = [
        builder.load(place, typ=kind, align=DTYPES[dtype].itemsize)
        for place in (places[1:] if name in BINARY else places[1:2])
    ]
    builder.store(emit(builder, name, *operands), places[0], align=DTYPES[dtype].itemsize)
    following = builder.add(index, integer(width))
    index.add_incoming(following, head)  # the emitted code has to leave the builder in its block
    builder.cbranch(builder.icmp_signed("<", following, count), head, done)
    builder.position_at_end(done)
    builder.ret_void()


class Compiled:
    """All functions for all dtypes and widths in one module."""

    def __init__(self) -> None:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        module = ir.Module()
        for name in FUNCTIONS:
            for dtype, widths in WIDTHS.items():
                for width in widths:
                    _add_loop(module, name, dtype, width)
        parsed = llvm.parse_assembly(str(module))
        parsed.verify()
        features = llvm.get_host_cpu_features().flatten()
        target = llvm.Target.from_default_triple()
        machine = target.create_target_machine(cpu=llvm.get_host_cpu_name(), features=features, opt=3)
        tuning = llvm.create_pipeline_tuning_options(speed_level=2)
        tuning.loop_vectorization = tuning.slp_vectorization = tuning.loop_unrolling = False
        llvm.create_pass_builder(machine, tuning).getModulePassManager().run(
            parsed, llvm.create_pass_builder(machine, tuning)
        )
        self.engine = llvm.create_mcjit_compiler(parsed, machine)
        self.engine.finalize_object()

    def __call__(self, name: str, width: int, x: Array, y: Array | None = None) -> Array:
        address = self.engine.get_function_address(_symbol(name, x.dtype.name, width))
        pointer = ctypes.c_void_p
        function = ctypes.CFUNCTYPE(None, pointer, pointer, pointer, ctypes.c_int64)(address)
        extra = -len(x) % width
        x, y = (np.concatenate([each, each[:extra]]) for each in (x, x if y is None else y))
        result = np.empty_like(x)
        function(result.ctypes.data, x.ctypes.data, y.ctypes.data, len(x))
        return result[: len(x) - extra]


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    return Compiled()


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + np.exp(-x))


def _softplus(x: Array) -> Array:
    return np.asarray(np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x))))


def _erf(x: Array) -> Array:
    return np.array([math.erf(value) for value in x.tolist()], x.dtype)


REFERENCES: dict[str, Callable[..., Array]] = {
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "pow": np.power,
    "round": np.rint,
    "erf": _erf,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "relu": lambda x: np.asarray(np.maximum(x, 0)),
}
"""Those that NumPy has under another name, or not; erf is the C library's in float64."""


def _edges(dtype: np.dtype[Any]) -> Array:
    info = np.finfo(dtype)
    sizes = [
        0,
        info.smallest_subnormal,
        info.tiny,
        0.5,
        1,
        1.5,
        2,
        2.5,
        3,
        1e4,
        2.0**info.nmant,
        info.max,
        np.inf,
    ]
    return np.array([*sizes, *(-size for size in sizes), np.nan], dtype)


def _samples(dtype: np.dtype[Any]) -> Array:
    """All exponents alike, and numbers where functions turn, vanish or overflow."""
    random = np.random.default_rng(7)
    bits = random.integers(0, 2 ** (8 * dtype.itemsize), SAMPLES, f"u{dtype.itemsize}").view(dtype)
    logarithm = math.log(np.finfo(dtype).max)
    ranges = [random.uniform(-size, size, SAMPLES // 5) for size in (1, 4, 20, 1.2 * logarithm)]
    near_one = 1 + random.uniform(-1e-3, 1e-3, SAMPLES // 10)
    quarters = np.pi / 2 * random.integers(-(10**6), 10**6, SAMPLES // 5)
    return np.concatenate(
        [_edges(dtype), bits, *(each.astype(dtype) for each in (*ranges, near_one, quarters))]
    )


def _operands(name: str, dtype: np.dtype[Any]) -> list[Array]:
    x = _samples(dtype)
    if name not in BINARY:
        return [x]
    random = np.random.default_rng(8)
    edges = np.meshgrid(_edges(dtype), _edges(dtype))
    scale = 0.9 * math.log(np.finfo(dtype).max)
    base = np.exp(random.uniform(-scale, scale, SAMPLES)).astype(dtype)
    exponent = random.uniform(-3, 3, SAMPLES).astype(dtype)
    return [
        np.concatenate([edges[0].ravel(), x, base]),
        np.concatenate([edges[1].ravel(), random.permutation(x), exponent]),
    ]


def _ulp(got: Array, expected: Array) -> Array:
    """How far results are from what they should be, in distances of their format's neighboring numbers.

    Beyond the largest number stands twice the largest power of two, for infinity.
    """
    info = np.finfo(got.dtype)
    beyond = np.longdouble(2) ** info.maxexp
    exact = np.clip(expected, -beyond, beyond)
    unit = np.spacing(np.minimum(np.abs(exact), info.max).astype(got.dtype)).astype(np.longdouble)
    error = np.abs(np.clip(got.astype(np.longdouble), -beyond, beyond) - exact) / unit
    both_nan = np.isnan(got) & np.isnan(expected)
    return np.where(both_nan, 0, np.where(np.isnan(error), np.inf, error))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_is_within_four_ulp(compiled: Compiled, name: str, dtype: str) -> None:
    operands = _operands(name, DTYPES[dtype])
    reference = REFERENCES.get(name) or getattr(np, name)
    expected = reference(*(each.astype(np.longdouble) for each in operands))
    results = [compiled(name, width, *operands) for width in WIDTHS[dtype]]
    for result in results[1:]:
        np.testing.assert_array_equal(result, results[0])  # a lane does not depend on how many there are
    error = _ulp(results[0], expected)
    if name == "sigmoid":  # its kernel overflows before the quotient is zero
        vanishing = expected < np.finfo(dtype).tiny
        assert (results[0][vanishing] <= np.finfo(dtype).tiny).all()
        error[vanishing] = 0
    worst = int(np.argmax(error))
    print(f"{name:10} {dtype} {float(error[worst]):.2f} ulp")  # noqa: T201 - the table, with -s
    asked = ", ".join(repr(each[worst]) for each in operands)
    message = f"{name}({asked}) gave {results[0][worst]!r}, not {expected[worst]!r}"
    assert error[worst] <= ALLOWED_ULP[name], message


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_an_edge_gives_what_the_kernel_of_the_primitive_gives(
    compiled: Compiled, name: str, dtype: str
) -> None:
    edges = _edges(DTYPES[dtype])
    operands = [each.ravel() for each in np.meshgrid(edges, edges)] if name in BINARY else [edges]
    expected = np.empty_like(operands[0])
    getattr(ops, name).kernel(np, expected, *operands)
    got = compiled(name, WIDTHS[dtype][-1], *operands)
    for question in (np.isnan, np.isinf, lambda values: values == 0):
        np.testing.assert_array_equal(question(got), question(expected))
    if name not in ZERO_OF_EITHER_SIGN:
        numbers = ~np.isnan(expected)
        np.testing.assert_array_equal(np.signbit(got[numbers]), np.signbit(expected[numbers]))


def test_bounded_functions_stay_within_their_bounds(compiled: Compiled) -> None:
    for dtype in DTYPES.values():
        x = _samples(dtype)
        x = x[np.isfinite(x)]
        for name in ("sin", "cos", "tanh", "erf", "sigmoid"):
            assert np.abs(compiled(name, 1, x)).max() <= 1, name


def test_a_name_that_is_no_function_is_an_error() -> None:
    module = ir.Module()
    function = ir.Function(module, ir.FunctionType(ir.FloatType(), [ir.FloatType()]), "f")
    with pytest.raises(KeyError, match="gamma"):
        emit(ir.IRBuilder(function.append_basic_block()), "gamma", function.args[0])
