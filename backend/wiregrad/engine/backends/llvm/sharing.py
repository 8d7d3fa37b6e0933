"""How threads share the work of a phase: each claims pieces until there are none left, its own first.

Nobody waits for a thread that has not begun: where something else has its processor, the others do its
pieces. It finds them claimed when it comes, and goes on to where the others are. Which thread does a piece
changes nothing in what is computed.

A phase is known by the number of pieces that were done when it began. A word of claims has that number above
a bit for each piece: so it need not be cleared, and who is late changes nothing.
"""

from __future__ import annotations

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, POINTER, Code
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.llvm.waiting import read, spin_until, word
from wiregrad.engine.backends.llvm.words import BITS, CLAIMS, DONE, LINE

BIT = ir.IntType(1)


def _function(module: ir.Module, name: str, result: ir.Type, *arguments: ir.Type) -> ir.Function:
    function = ir.Function(module, ir.FunctionType(result, arguments), name)
    function.linkage = "internal"
    function.attributes.add("noinline")
    return function


def define_claim(module: ir.Module, target: Target) -> ir.Function:
    """`claim(control, start, piece)`: whether this thread is to do a piece of the phase that began then."""
    function = _function(module, "claim", BIT, POINTER, INDEX, INDEX)
    control, start, piece = function.args
    code = Code(ir.IRBuilder(function.append_basic_block("entry")), target)
    builder = code.builder
    line = code.times(builder.udiv(piece, code.index(BITS)), LINE)
    place = word(code, control, code.plus(line, CLAIMS))
    bit = builder.shl(code.index(1), builder.urem(piece, code.index(BITS)))
    fresh = builder.shl(start, code.index(BITS))
    look, check, take, taken, late = (
        function.append_basic_block(name) for name in ("look", "check", "take", "taken", "late")
    )
    builder.branch(look)

    builder.position_at_end(look)
    found = read(code, place)
    phase = builder.lshr(found, code.index(BITS))
    builder.cbranch(builder.icmp_signed(">", phase, start), late, check)

    builder.position_at_end(check)
    claimed = builder.select(builder.icmp_signed("==", phase, start), found, fresh)
    is_free = builder.icmp_signed("==", builder.and_(claimed, bit), code.index(0))
    builder.cbranch(is_free, take, late)

    builder.position_at_end(take)
    swapped = builder.cmpxchg(place, found, builder.or_(claimed, bit), "acq_rel", "acquire")
    builder.cbranch(builder.extract_value(swapped, 1), taken, look)

    builder.position_at_end(taken)
    builder.ret(BIT(1))
    builder.position_at_end(late)
    builder.ret(BIT(0))
    return function


def define_finish(module: ir.Module, target: Target) -> ir.Function:
    """`finish(control, did, total)`: returns when `total` pieces are done; `did` are new, by this thread."""
    function = _function(module, "finish", ir.VoidType(), POINTER, INDEX, INDEX)
    control, did, total = function.args
    code = Code(ir.IRBuilder(function.append_basic_block("entry")), target)
    builder = code.builder
    done = word(code, control, DONE)
    with builder.if_then(builder.icmp_signed("!=", did, code.index(0))):
        builder.atomic_rmw("add", done, did, "acq_rel")
    spin_until(code, lambda: builder.icmp_signed(">=", read(code, done), total))
    builder.ret_void()
    return function
