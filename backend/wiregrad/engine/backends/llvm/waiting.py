"""How threads find each other: the native functions that wait on the words of memory that they share.

Waiting is spinning at first, since a step is over before a sleeping thread would wake; then the processor is
offered to others after every look; and a thread that has been idle for long goes back to Python to sleep.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, POINTER, Code, Emitted
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.llvm.words import (
    COMING,
    COUNT,
    INSIDE,
    JOB,
    LINE,
    MEMORY,
    PROCESSOR,
    RECORDS,
    SLEEPING,
    START,
    THREADS,
    TURN,
)
from wiregrad.engine.processor import CAN_PLACE_THREADS

SPINS = 2_000
YIELDS = 3_000
"""Looks that a thread takes spinning, and then offering the processor, before it sleeps."""

STEP = ir.FunctionType(ir.VoidType(), [POINTER, POINTER, INDEX, INDEX, POINTER, INDEX])
"""A program: memory, shared words, the number of the thread, how many steps, where to record, and how many
pieces of work were done before."""


def word(code: Code, control: Emitted, number: int | Emitted) -> Emitted:
    return code.at(control, number, "int64")


def _word_of(code: Code, control: Emitted, thread: Emitted, number: int) -> Emitted:
    return word(code, control, code.plus(code.times(thread, LINE), THREADS + number))


def read(code: Code, address: Emitted) -> Emitted:
    return code.builder.load_atomic(address, "acquire", 8, typ=INDEX)


def _relax(code: Code) -> None:
    """Tell the processor that this is a loop that waits: `pause` of x86, `yield` of ARM64."""
    name, arguments = "llvm.aarch64.hint", [ir.IntType(32)(1)]
    if code.target.is_x86:
        name, arguments = "llvm.x86.sse2.pause", []
    type_ = ir.FunctionType(ir.VoidType(), [argument.type for argument in arguments])
    function = code.module.globals.get(name) or ir.Function(code.module, type_, name)
    code.builder.call(function, arguments)


def _offer(code: Code) -> None:
    """Let another thread have the processor."""
    name = "SwitchToThread" if os.name == "nt" else "sched_yield"
    function = code.module.globals.get(name) or ir.Function(
        code.module, ir.FunctionType(ir.IntType(32), []), name
    )
    code.builder.call(function, [])


def _wait_or_offer(code: Code, looks: Emitted) -> None:
    with code.builder.if_else(code.builder.icmp_signed("<", looks, code.index(SPINS))) as (spin, offer):
        with spin:
            _relax(code)
        with offer:
            _offer(code)


def spin_until(code: Code, is_done: Callable[[], Emitted]) -> None:
    builder, function = code.builder, code.builder.function
    before = builder.block
    look, wait, done = (function.append_basic_block(name) for name in ("look", "wait", "done"))
    builder.branch(look)
    builder.position_at_end(look)
    looks = builder.phi(INDEX)
    looks.add_incoming(code.index(0), before)
    builder.cbranch(is_done(), done, wait)
    builder.position_at_end(wait)
    _wait_or_offer(code, looks)
    looks.add_incoming(builder.add(looks, code.index(1)), builder.block)
    builder.branch(look)
    builder.position_at_end(done)


def define_serve(module: ir.Module, target: Target) -> ir.Function:
    """`serve(control, thread, turn)`: help with jobs after `turn` until idle; the last turn comes back."""
    function = ir.Function(module, ir.FunctionType(INDEX, [POINTER, INDEX, INDEX]), "serve")
    control, thread, turn = function.args
    code = Code(ir.IRBuilder(function.append_basic_block("entry")), target)
    _Service(code, control, thread).emit(turn)
    return function


class _Service:
    """The loop of a thread that helps: it looks for a job, then works, waits, or goes to sleep."""

    def __init__(self, code: Code, control: Emitted, thread: Emitted) -> None:
        self._code, self._builder = code, code.builder
        self._control, self._thread = control, thread
        self._look, self._work, self._wait, self._again, self._doze = (
            code.builder.function.append_basic_block(name)
            for name in ("look", "work", "wait", "again", "doze")
        )

    def emit(self, turn: Emitted) -> None:
        entry = self._builder.block
        self._builder.branch(self._look)
        self._builder.position_at_end(self._look)
        self._last, self._looks = self._builder.phi(INDEX), self._builder.phi(INDEX)
        self._last.add_incoming(turn, entry)
        self._looks.add_incoming(self._code.index(0), entry)
        posted, done = self._emit_look()
        self._emit_work(posted)
        self._emit_wait(done)
        self._emit_doze(done)

    def _look_on(self, done: Emitted, looks: Emitted) -> None:
        """Look once more: `done` is the last turn that is over, and so many looks were in vain since."""
        self._last.add_incoming(done, self._builder.block)
        self._looks.add_incoming(looks, self._builder.block)
        self._builder.branch(self._look)

    def _emit_look(self) -> tuple[Emitted, Emitted]:
        """The turn that is posted, and the last one that is over."""
        code, builder = self._code, self._builder
        posted = read(code, word(code, self._control, TURN))
        is_open = _is_open(code, posted)
        done = builder.select(is_open, self._last, builder.sub(posted, code.index(1)))
        is_new = builder.and_(is_open, builder.icmp_signed("!=", posted, self._last))
        builder.cbranch(is_new, self._work, self._wait)
        return posted, done

    def _emit_work(self, posted: Emitted) -> None:
        self._builder.position_at_end(self._work)
        _help(self._code, self._control, self._thread, posted)
        self._look_on(posted, self._code.index(0))

    def _emit_wait(self, done: Emitted) -> None:
        code, builder = self._code, self._builder
        builder.position_at_end(self._wait)
        is_idle = builder.icmp_signed(">", self._looks, code.index(SPINS + YIELDS))
        builder.cbranch(is_idle, self._doze, self._again)
        builder.position_at_end(self._again)
        _wait_or_offer(code, self._looks)
        self._look_on(done, builder.add(self._looks, code.index(1)))

    def _emit_doze(self, done: Emitted) -> None:
        """Say that it sleeps, then look once more.

        Who has a job says that it is coming, then reads who sleeps.
        """
        code, builder = self._code, self._builder
        rise, sleep = (builder.function.append_basic_block(name) for name in ("rise", "sleep"))
        builder.position_at_end(self._doze)
        sleeping = _word_of(code, self._control, self._thread, SLEEPING)
        builder.atomic_rmw("xchg", sleeping, code.index(1), "seq_cst")
        coming = builder.load_atomic(word(code, self._control, COMING), "seq_cst", 8, typ=INDEX)
        builder.cbranch(builder.icmp_signed("!=", coming, done), rise, sleep)
        builder.position_at_end(rise)
        builder.atomic_rmw("xchg", sleeping, code.index(0), "seq_cst")
        self._look_on(done, code.index(0))
        builder.position_at_end(sleep)
        builder.ret(done)


def _is_open(code: Code, posted: Emitted) -> Emitted:
    return code.builder.icmp_signed("==", code.builder.and_(posted, code.index(1)), code.index(0))


def _help(code: Code, control: Emitted, thread: Emitted, posted: Emitted) -> None:
    """Do what is left of a job, unless it is over by now: then its words may be those of another one.

    Who says that it is inside before it looks a last time is inside for whoever closes the job after that.
    """
    builder = code.builder
    _tell_where(code, control, thread)
    inside = _word_of(code, control, thread, INSIDE)
    builder.atomic_rmw("xchg", inside, posted, "seq_cst")
    job = _job(code, control)
    now = builder.load_atomic(word(code, control, TURN), "seq_cst", 8, typ=INDEX)
    code.when(builder.icmp_signed("==", now, posted), lambda: _do(code, control, thread, job))
    builder.atomic_rmw("xchg", inside, code.index(0), "release")


def _job(code: Code, control: Emitted) -> list[Emitted]:
    return [read(code, word(code, control, number)) for number in (JOB, MEMORY, COUNT, RECORDS, START)]


def _do(code: Code, control: Emitted, thread: Emitted, job: list[Emitted]) -> None:
    """Call the program of a job, as one of its threads."""
    builder = code.builder
    address, memory, count, records, start = job
    program = builder.inttoptr(address, ir.PointerType(STEP))
    memory, records = (builder.inttoptr(number, POINTER) for number in (memory, records))
    builder.call(program, [memory, control, thread, count, records, start])


def _tell_where(code: Code, control: Emitted, thread: Emitted) -> None:
    """Say on which processor this thread works, where that can be changed."""
    if not CAN_PLACE_THREADS:
        return
    type_ = ir.FunctionType(ir.IntType(32), [])
    function = code.module.globals.get("sched_getcpu") or ir.Function(code.module, type_, "sched_getcpu")
    number = code.builder.sext(code.builder.call(function, []), INDEX)
    code.builder.store(number, _word_of(code, control, thread, PROCESSOR))


def define_lead(module: ir.Module, target: Target) -> ir.Function:
    """`lead(control, turn, threads)`: open the job, do it as the first thread with whoever helps, close it.

    In one call, for between two Python may be interrupted: the job would stay open. Where one of `threads`
    sleeps, nothing is done, and 1 comes back: nobody falls asleep any more, but who sleeps has to be woken.
    """
    function = ir.Function(module, ir.FunctionType(INDEX, [POINTER, INDEX, INDEX]), "lead")
    control, turn, threads = function.args
    code = Code(ir.IRBuilder(function.append_basic_block("entry")), target)
    builder, first = code.builder, code.index(0)
    builder.atomic_rmw("xchg", word(code, control, COMING), turn, "seq_cst")

    def look(thread: Emitted, sleepers: Emitted) -> list[Emitted]:
        sleeping = builder.load_atomic(_word_of(code, control, thread, SLEEPING), "seq_cst", 8, typ=INDEX)
        return [builder.or_(sleepers, sleeping)]

    (sleepers,) = code.loop(1, threads, look, carried=[first])

    def lead() -> None:
        _tell_where(code, control, first)
        builder.atomic_rmw("xchg", word(code, control, TURN), turn, "seq_cst")
        _do(code, control, first, _job(code, control))
        builder.atomic_rmw("xchg", word(code, control, TURN), builder.add(turn, code.index(1)), "seq_cst")

    code.when(builder.icmp_signed("==", sleepers, first), lead)
    builder.ret(sleepers)
    return function


def pool_text(target: Target) -> str:
    """The module of what the pool calls."""
    module = ir.Module("pool")
    define_serve(module, target)
    define_lead(module, target)
    return str(module)
