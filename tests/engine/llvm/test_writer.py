"""What the writer writes is held against llvmlite's own builder: the object code has to be the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytest.importorskip("llvmlite", reason="llvmlite is not installed")

from llvmlite import ir

from wiregrad.engine.backends.llvm import writer
from wiregrad.engine.backends.llvm.code import Emitted
from wiregrad.engine.backends.llvm.target import host_target
from wiregrad.engine.backends.llvm.translate import object_code
from wiregrad.engine.backends.llvm.writer import Writer

I32, I64, F32, F64 = ir.IntType(32), ir.IntType(64), ir.FloatType(), ir.DoubleType()
POINTER = ir.PointerType()
Operation = Callable[[Emitted, Emitted, Emitted], Emitted]

INTEGERS = ("add", "sub", "mul", "udiv", "sdiv", "urem", "srem", "shl", "lshr", "ashr", "and_", "or_", "xor")
FLOATS = ("fadd", "fsub", "fmul", "fdiv")
ORDER = ("==", "!=", "<", "<=", ">", ">=")


def _named(name: str, *words: str) -> Operation:
    return lambda builder, a, b: getattr(builder, name)(*words, a, b)


def _to(name: str, type_: Emitted) -> Operation:
    return lambda builder, a, _: getattr(builder, name)(a, type_)


def _negated(builder: Emitted, a: Emitted, b: Emitted) -> Emitted:
    return builder.xor(builder.neg(a), builder.not_(b))


def _chosen(builder: Emitted, a: Emitted, b: Emitted) -> Emitted:
    return builder.select(builder.icmp_signed("<", a, b), b, a)


def _shuffled(builder: Emitted, a: Emitted, b: Emitted) -> Emitted:
    lanes = ir.Constant(ir.VectorType(I32, 4), [3, 4, 0, 6])
    mixed = builder.shuffle_vector(a, b, lanes)
    return builder.insert_element(mixed, builder.extract_element(b, I32(2)), I32(1))


OF_INTEGERS: dict[str, Operation] = {
    **{name: _named(name) for name in INTEGERS},
    **{f"signed {sign}": _named("icmp_signed", sign) for sign in ORDER},
    **{f"unsigned {sign}": _named("icmp_unsigned", sign) for sign in ORDER},
    "negated": _negated,
    "chosen": _chosen,
}
OF_FLOATS: dict[str, Operation] = {
    **{name: _named(name) for name in FLOATS},
    **{f"ordered {sign}": _named("fcmp_ordered", sign) for sign in (*ORDER, "ord", "uno")},
    **{f"unordered {sign}": _named("fcmp_unordered", sign) for sign in (*ORDER, "ord", "uno")},
    "fneg": lambda builder, a, _: builder.fneg(a),
}
CASTS: dict[str, tuple[Emitted, Operation]] = {
    "trunc": (I64, _to("trunc", I32)),
    "zext": (I32, _to("zext", I64)),
    "sext": (I32, _to("sext", I64)),
    "fptrunc": (F64, _to("fptrunc", F32)),
    "fpext": (F32, _to("fpext", F64)),
    "bitcast": (F32, _to("bitcast", I32)),
    "to what it is": (F32, _to("bitcast", F32)),
    "uitofp": (I32, _to("uitofp", F32)),
    "sitofp": (I32, _to("sitofp", F32)),
    "ptrtoint": (POINTER, _to("ptrtoint", I64)),
    "inttoptr": (I64, _to("inttoptr", POINTER)),
}
LANES = 4
CASES: dict[str, tuple[Emitted, Operation]] = {
    **{f"{name} of {type_}": (type_, do) for type_ in (I32, I64) for name, do in OF_INTEGERS.items()},
    **{f"{name} of lanes": (ir.VectorType(I32, LANES), do) for name, do in OF_INTEGERS.items()},
    **{f"{name} of {type_}": (type_, do) for type_ in (F32, F64) for name, do in OF_FLOATS.items()},
    **{f"{name} of lanes of floats": (ir.VectorType(F32, LANES), do) for name, do in OF_FLOATS.items()},
    **CASTS,
    "shuffled": (ir.VectorType(F64, LANES), _shuffled),
}


def _function(module: Emitted, words: list[Emitted]) -> Emitted:
    return ir.Function(module, ir.FunctionType(ir.VoidType(), words), "f")


def _stored(build: Callable[[Emitted], Emitted], type_: Emitted, operation: Operation) -> str:
    """A function that stores what an operation makes of two numbers in memory."""
    module = ir.Module("m")
    function = _function(module, [POINTER, POINTER, POINTER])
    builder = build(function.append_basic_block("entry"))
    a, b = (builder.load(pointer, typ=type_, align=4) for pointer in function.args[:2])
    builder.store(operation(builder, a, b), function.args[2], align=1)
    builder.ret_void()
    return str(module)


@pytest.fixture(scope="module")
def machine() -> Emitted:
    return host_target().machine()


def _assert_same(machine: Emitted, write: Callable[[Callable[[Emitted], Emitted]], str]) -> None:
    assert object_code(write(Writer), machine) == object_code(write(ir.IRBuilder), machine)


def test_each_operation_is_what_llvmlite_makes_of_it(machine: Emitted) -> None:
    for type_, operation in CASES.values():
        _assert_same(machine, lambda build, t=type_, o=operation: _stored(build, t, o))  # type: ignore[misc]


def test_every_operation_that_is_written_here_is_tried() -> None:
    tried = set(" ".join(CASES).split())
    assert [name for name in (*writer.BINARY, *writer.CASTS) if name not in tried] == []


def _sum_of_squares(build: Callable[[Emitted], Emitted]) -> str:
    """Of numbers in memory: loops, branches, addresses, and calls with and without result."""
    module = ir.Module("m")
    square = ir.Function(module, ir.FunctionType(F32, [F32]), "square")
    told = ir.Function(module, ir.FunctionType(ir.VoidType(), [F32, I64]), "told")
    function = _function(module, [POINTER, I64])
    pointer, count = function.args
    entry, head, turn, after = (function.append_basic_block() for _ in range(4))
    builder = build(entry)
    builder.branch(head)
    builder.position_at_end(head)
    index, total = builder.phi(I64), builder.phi(F32)
    index.add_incoming(I64(0), entry)
    total.add_incoming(ir.Constant(F32, 0.5), entry)
    builder.cbranch(builder.icmp_signed("<", index, count), turn, after)
    builder.position_at_end(turn)
    number = builder.load(builder.gep(pointer, [index], source_etype=F32), typ=F32)
    with builder.if_then(builder.icmp_signed("==", builder.and_(index, I64(1)), I64(0))):
        builder.call(told, [number, index])
    following = builder.fadd(total, builder.call(square, [number]))
    index.add_incoming(builder.add(index, I64(1)), builder.block)
    total.add_incoming(following, builder.block)
    builder.branch(head)
    builder.position_at_end(after)
    builder.store(total, pointer)
    builder.ret_void()
    return str(module)


def test_loops_branches_and_calls_are_what_llvmlite_makes_of_them(machine: Emitted) -> None:
    _assert_same(machine, _sum_of_squares)


def test_two_writers_of_one_function_use_other_names(machine: Emitted) -> None:
    module = ir.Module("m")
    function = _function(module, [POINTER])
    block = function.append_basic_block("entry")
    first, second = Writer(block), Writer(block)
    (pointer,) = function.args
    one = first.load(pointer, typ=I64)
    second.position_at_end(block)
    second.store(second.add(one, I64(1)), pointer)
    second.ret_void()
    assert object_code(str(module), machine)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda builder, *_: builder.add(I64(1), I32(1)),
        lambda builder, *_: builder.icmp_signed("<", I64(1), I32(1)),
        lambda builder, *_: builder.select(ir.IntType(1)(1), I64(1), I32(1)),
        lambda builder, *_: builder.phi(I64).add_incoming(I32(1), builder.block),
        lambda builder, f, _: builder.call(f, [I64(1)]),
    ],
    ids=["arithmetic", "comparison", "choice", "phi", "argument"],
)
def test_operands_of_another_type_are_refused(wrong: Operation) -> None:
    function = _function(ir.Module("m"), [POINTER])
    builder = Writer(function.append_basic_block("entry"))
    with pytest.raises(TypeError, match=r"expected .*; got i"):
        wrong(builder, function, function.args[0])
