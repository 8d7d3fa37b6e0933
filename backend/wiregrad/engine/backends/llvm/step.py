"""The native function of a whole step: phases of kernels, which threads share, and a loop over steps.

Each kernel is a module of its own, so that several processes can translate them; small ones of one thread are
part of the step itself, so that numbers stay in registers from one to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, POINTER, Code, Emitted
from wiregrad.engine.backends.llvm.kernel import Kernel
from wiregrad.engine.backends.llvm.looks import Look
from wiregrad.engine.backends.llvm.memory import Memory
from wiregrad.engine.backends.llvm.plan import Launch, Plan
from wiregrad.engine.backends.llvm.sharing import define_claim, define_finish
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.llvm.waiting import STEP
from wiregrad.engine.backends.llvm.words import MOST_SHARED_PIECES
from wiregrad.engine.backends.llvm.writer import Writer

INLINED_BELOW = 512
"""Operations that a kernel has to have for a module of its own."""

MOST_INLINED = 6_000
"""Instructions that smaller ones may add to the step in all; what comes after them is called."""

MOST_PHASES = 32
"""In one function."""


@dataclass(frozen=True)
class Frame:
    """Where code is emitted to, and what it has at hand."""

    code: Code
    memory: Emitted
    control: Emitted
    thread: Emitted
    scratch: Emitted

    @property
    def arguments(self) -> list[Emitted]:
        return [self.memory, self.control, self.thread, self.scratch]


class StepEmission:
    """Emits a plan. The function `step` of the step's module is the program.

    `publish` is told the text of every other module as soon as it is written, so that it can be translated.
    """

    def __init__(self, plan: Plan, publish: Callable[[str], object] | None = None) -> None:
        self.plan = plan
        self.target: Target = plan.target
        self.module = ir.Module("step")
        self._kernel_texts: list[str] = []
        self._publish = publish or self._kernel_texts.append
        self.functions: dict[Kernel, ir.Function] = {}
        """As the step's module knows them: what is internal there has no module of its own."""
        self._calls = Counter(launch.kernel for launch in plan.launches)
        self._inlined = 0
        self._threads = plan.threads
        if self._threads > 1:
            self._claim = define_claim(self.module, self.target)
            self._finish = define_finish(self.module, self.target)
        self._emit_step()

    @property
    def step_text(self) -> str:
        """The step's module in LLVM's language."""
        return str(self.module)

    @property
    def texts(self) -> list[str]:
        """The modules in LLVM's language, those that were not published; the step first."""
        return [self.step_text, *self._kernel_texts]

    # ---- Kernels ----

    def _function(self, launch: Launch) -> ir.Function:
        """The function of a kernel; equal kernels share one."""
        kernel = launch.kernel
        if kernel not in self.functions:
            self.functions[kernel] = self._emitted(launch)
        return self.functions[kernel]

    def _emitted(self, launch: Launch) -> ir.Function:
        name = f"kernel_{len(self.functions)}"
        is_inlined = _is_inlined(launch)
        module = self.module if is_inlined else ir.Module(name)
        function = define_kernel(module, launch, name, self.target)
        if is_inlined:
            added = self._calls[launch.kernel] * sum(len(block.instructions) for block in function.blocks)
            self._inlined += added
            function.linkage = "internal"
            function.attributes.add("alwaysinline" if self._inlined <= MOST_INLINED else "noinline")
            return function
        self._publish(str(module))
        return declare_kernel(self.module, launch, name)

    # ---- The step ----

    def _emit_step(self) -> None:
        function = ir.Function(self.module, STEP, "step")
        memory, control, thread, count, records, done = function.args
        self._own(memory)
        code = Code(Writer(function.append_basic_block("entry")), self.target)
        start = code.plus(code.times(thread, self.plan.memory.scratch_bytes), self.plan.memory.scratch_start)
        frame = Frame(code, memory, control, thread, code.at(memory, start, "bool"))
        code.loop(0, count, lambda n, done: [self._one_step(frame, records, n, done)], carried=[done])
        code.builder.ret_void()

    def _one_step(self, frame: Frame, records: Emitted, number: Emitted, done: Emitted) -> Emitted:
        """`done`, here and further on, counts the pieces done before; those at the end come back."""
        phases = list(self.plan.phases())
        if len(phases) <= MOST_PHASES:
            done = self._phases(frame, phases, done)
        else:
            for start in range(0, len(phases), MOST_PHASES):
                part = self._part(f"part_{start}", phases[start : start + MOST_PHASES])
                done = frame.code.builder.call(part, [*frame.arguments, done])
        if not self.plan.memory.outputs:
            return done
        if self._threads == 1:
            self._record(frame, records, number)
            return done
        did = self._by_one(frame, done, 0, lambda: self._record(frame, records, number))
        return self._ended(frame, done, did, 1)

    def _part(self, name: str, phases: Sequence[Sequence[Launch]]) -> ir.Function:
        """A function for some phases of a long step: LLVM is slower than linear in the length of one."""
        function = ir.Function(
            self.module, ir.FunctionType(INDEX, [*[POINTER] * 2, INDEX, POINTER, INDEX]), name
        )
        function.linkage = "internal"
        function.attributes.add("noinline")
        memory, control, thread, scratch, done = function.args
        self._own(memory)
        code = Code(Writer(function.append_basic_block("entry")), self.target)
        code.builder.ret(self._phases(Frame(code, memory, control, thread, scratch), phases, done))
        return function

    def _phases(self, frame: Frame, phases: Sequence[Sequence[Launch]], done: Emitted) -> Emitted:
        for phase in phases:
            shared = [launch for launch in phase if launch.is_shared]
            serial = [launch for launch in phase if not launch.is_shared]
            if self._threads == 1:
                self._call_all(frame, [*shared, *serial])
                continue
            fitting = MOST_SHARED_PIECES // self._pieces
            while len(shared) > fitting:
                done = self._phase(frame, shared[:fitting], [], done)
                shared = shared[fitting:]
            done = self._phase(frame, shared, serial, done)
        return done

    def _phase(
        self, frame: Frame, shared: Sequence[Launch], serial: Sequence[Launch], done: Emitted
    ) -> Emitted:
        pieces, did = 0, frame.code.index(0)
        for launch in shared:
            did = self._shared_calls(frame, launch, done, pieces, did)
            pieces += self._pieces
        if serial:
            claimed = self._by_one(frame, done, pieces, partial(self._call_all, frame, serial))
            did = frame.code.plus(did, claimed)
            pieces += 1
        return self._ended(frame, done, did, pieces)

    @property
    def _pieces(self) -> int:
        """Into which a shared kernel is cut: one for each thread."""
        return min(self._threads, MOST_SHARED_PIECES)

    def _shared_calls(self, frame: Frame, launch: Launch, done: Emitted, first: int, did: Emitted) -> Emitted:
        """The piece of this thread, and those that others have not begun; how many that were is added."""
        code, builder, count = frame.code, frame.code.builder, self._pieces

        def turn(ahead: Emitted, did: Emitted) -> list[Emitted]:
            piece = builder.urem(code.plus(ahead, frame.thread), code.index(count))
            begin, end = (
                builder.udiv(code.times(edge, launch.kernel.extent), code.index(count))
                for edge in (piece, code.plus(piece, 1))
            )
            number = code.plus(piece, first)
            claimed = self._by_one(frame, done, number, lambda: self._call(frame, launch, begin, end))
            return [code.plus(did, claimed)]

        (did,) = code.loop(0, count, turn, carried=[did])
        return did

    def _by_one(self, frame: Frame, done: Emitted, piece: Emitted | int, body: Callable[[], None]) -> Emitted:
        """The body for the one thread that claims a piece: 1 there, 0 for all others."""
        code = frame.code
        number = code.index(piece) if isinstance(piece, int) else piece
        is_mine = code.builder.call(self._claim, [frame.control, done, number])
        code.when(is_mine, body)
        return code.builder.zext(is_mine, INDEX)

    def _ended(self, frame: Frame, done: Emitted, did: Emitted, pieces: int) -> Emitted:
        """Wait until all pieces of a phase are done."""
        total = frame.code.plus(done, pieces)
        frame.code.builder.call(self._finish, [frame.control, did, total])
        return total

    def _call_all(self, frame: Frame, launches: Sequence[Launch]) -> None:
        for launch in launches:
            self._call(frame, launch, frame.code.index(0), frame.code.index(launch.kernel.extent))

    def _call(self, frame: Frame, launch: Launch, begin: Emitted, end: Emitted) -> None:
        pointers = [
            pointer_to(frame.code, frame.memory, offset, self.plan.memory) for offset in launch.offsets
        ]
        frame.code.builder.call(self._function(launch), [*pointers, begin, end, frame.scratch])

    def _own(self, memory: Emitted) -> None:
        """Tell LLVM that nobody else writes to memory, if that is so."""
        if self._threads == 1:
            memory.add_attribute("noalias")

    # ---- Outputs of every step ----

    def _record(self, frame: Frame, records: Emitted, number: Emitted) -> None:
        """Copy outputs, one after another for each step, to where the caller wants them."""
        for position, look in enumerate(self.plan.memory.outputs.values()):
            if look.nbytes and look.is_contiguous:
                self._record_one(
                    frame.code, frame.memory, look, frame.code.at(records, position, "int64"), number
                )

    def _record_one(self, code: Code, memory: Emitted, look: Look, slot: Emitted, number: Emitted) -> None:
        target = code.builder.load(slot, typ=POINTER)
        wanted = code.builder.icmp_unsigned("!=", code.builder.ptrtoint(target, INDEX), code.index(0))

        def copy() -> None:
            place = code.at(target, code.times(number, look.nbytes), "bool")
            code.copy_bytes(place, code.at(memory, look.offset, "bool"), look.nbytes)

        code.when(wanted, copy)


def module_count(plan: Plan) -> int:
    """How many modules the emission will have: the step's, and one for each kernel that is not part of it."""
    return 1 + len({launch.kernel for launch in plan.launches if not _is_inlined(launch)})


def _is_inlined(launch: Launch) -> bool:
    """Whether its kernel is part of the step's module."""
    return not launch.is_shared and launch.kernel.flops < INLINED_BELOW


def pointer_to(code: Code, memory: Emitted, offset: int, places: Memory) -> Emitted:
    """The address of what a plan has at this offset."""
    if offset >= 0:
        return code.at(memory, offset, "bool")
    lent = places.lent_at(offset)
    start = code.builder.load(code.at(memory, lent.slot, "bool"), typ=POINTER)
    return code.at(start, offset - lent.range.start, "bool")


def declare_kernel(module: ir.Module, launch: Launch, name: str) -> ir.Function:
    type_ = ir.FunctionType(ir.VoidType(), [*[POINTER] * len(launch.offsets), INDEX, INDEX, POINTER])
    return ir.Function(module, type_, name)


def define_kernel(module: ir.Module, launch: Launch, name: str, target: Target) -> ir.Function:
    """`name(pointers..., begin, end, scratch)`: the units of work from one up to another."""
    function = declare_kernel(module, launch, name)
    code = Code(Writer(function.append_basic_block("entry")), target)
    *arguments, begin, end, scratch = function.args
    launch.kernel.emit(code, arguments, begin, end, scratch)
    code.builder.ret_void()
    return function
