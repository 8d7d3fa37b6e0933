"""The native function of a whole step: kernels in order, barriers between them, and a loop over steps.

Each kernel is a module of its own, so that several processes can translate them; small ones of one thread are
part of the step itself, so that numbers stay in registers from one to the next.
"""

from __future__ import annotations

from collections.abc import Sequence

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, POINTER, Code, Emitted
from wiregrad.engine.backends.llvm.kernel import Kernel
from wiregrad.engine.backends.llvm.plan import Launch, Look, Plan
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.llvm.waiting import EPOCH, STEP, define_barrier, word

INLINED_BELOW = 512
"""Operations that a kernel has to have for a module of its own."""


class StepEmission:
    """Emits a plan. The function `step` of the first module is the program."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.target: Target = plan.target
        self.module = ir.Module("step")
        self._modules = [self.module]
        self.functions: dict[Kernel, ir.Function] = {}
        """As the step's module knows them: what is internal there has no module of its own."""
        self._threads = plan.threads
        if self._threads > 1:
            self._barrier = define_barrier(self.module, self.target, self._threads)
        self._emit_step()

    @property
    def texts(self) -> list[str]:
        """The modules in LLVM's language; the step first."""
        return [str(module) for module in self._modules]

    # ---- Kernels ----

    def _function(self, launch: Launch) -> ir.Function:
        """The function of a kernel; equal kernels share one."""
        kernel = launch.kernel
        if kernel not in self.functions:
            self.functions[kernel] = self._emitted(launch)
        return self.functions[kernel]

    def _emitted(self, launch: Launch) -> ir.Function:
        name = f"kernel_{len(self.functions)}"
        is_inlined = not launch.is_shared and launch.kernel.flops < INLINED_BELOW
        module = self.module if is_inlined else ir.Module(name)
        function = define_kernel(module, launch, name, self.target)
        if is_inlined:
            function.linkage = "internal"
            function.attributes.add("alwaysinline")
            return function
        self._modules.append(module)
        return declare_kernel(self.module, launch, name)

    # ---- The step ----

    def _emit_step(self) -> None:
        function = ir.Function(self.module, STEP, "step")
        self.memory, self.control, self.thread, count, self.records = function.args
        self.memory.add_attribute("noalias")
        self.code = Code(ir.IRBuilder(function.append_basic_block("entry")), self.target)
        start = self._per_thread_bytes(self.plan.scratch_start)
        self.scratch = self.code.at(self.memory, start, "bool")
        epoch = self.code.builder.load(word(self.code, self.control, EPOCH), typ=INDEX)
        self.code.loop(0, count, self._one_step, carried=[epoch])
        self.code.builder.ret_void()

    def _per_thread_bytes(self, start: int) -> Emitted:
        return self.code.plus(self.code.times(self.thread, self.plan.scratch_bytes), start)

    def _one_step(self, number: Emitted, epoch: Emitted) -> Sequence[Emitted]:
        for phase in self.plan.phases():
            self._serial = [launch for launch in phase if not launch.is_shared]
            for launch in phase:
                if launch.is_shared:
                    self._shared_call(launch)
            if self._serial:
                self._on_first_thread(self._serial_calls)
            epoch = self._wait(epoch)
        self._on_first_thread(lambda: self._record(number))
        return [self._wait(epoch) if self.plan.outputs else epoch]

    def _wait(self, epoch: Emitted) -> Emitted:
        if self._threads == 1:
            return epoch
        following = self.code.plus(epoch, 1)
        self.code.builder.call(self._barrier, [self.control, following])
        return following

    def _on_first_thread(self, body: object) -> None:
        assert callable(body)  # noqa: S101
        if self._threads == 1:
            body()
            return
        is_first = self.code.builder.icmp_signed("==", self.thread, self.code.index(0))
        self.code.when(is_first, body)

    def _serial_calls(self) -> None:
        for launch in self._serial:
            self._call(launch, self.code.index(0), self.code.index(launch.kernel.extent))

    def _shared_call(self, launch: Launch) -> None:
        """Each thread does its part: from thread * extent / threads on."""
        extent, builder = launch.kernel.extent, self.code.builder
        if self._threads == 1:
            self._call(launch, self.code.index(0), self.code.index(extent))
            return
        bounds = []
        for thread in (self.thread, self.code.plus(self.thread, 1)):
            product = self.code.times(thread, extent)
            bounds.append(builder.udiv(product, self.code.index(self._threads)))
        self._call(launch, *bounds)

    def _call(self, launch: Launch, begin: Emitted, end: Emitted) -> None:
        pointers = [self.code.at(self.memory, offset, "bool") for offset in launch.offsets]
        self.code.builder.call(self._function(launch), [*pointers, begin, end, self.scratch])

    # ---- Outputs of every step ----

    def _record(self, number: Emitted) -> None:
        """Copy outputs, one after another for each step, to where the caller wants them."""
        for position, look in enumerate(self.plan.outputs.values()):
            if not _is_recordable(look):
                continue
            target = self.code.builder.load(self.code.at(self.records, position, "int64"), typ=POINTER)
            address = self.code.builder.ptrtoint(target, INDEX)
            wanted = self.code.builder.icmp_unsigned("!=", address, self.code.index(0))

            def copy(target: Emitted = target, look: Look = look) -> None:
                place = self.code.at(target, self.code.times(number, look.nbytes), "bool")
                self.code.copy_bytes(place, self.code.at(self.memory, look.offset, "bool"), look.nbytes)

            self.code.when(wanted, copy)


def declare_kernel(module: ir.Module, launch: Launch, name: str) -> ir.Function:
    """`kernel(pointers..., begin, end, scratch)`."""
    type_ = ir.FunctionType(ir.VoidType(), [*[POINTER] * len(launch.offsets), INDEX, INDEX, POINTER])
    return ir.Function(module, type_, name)


def define_kernel(module: ir.Module, launch: Launch, name: str, target: Target) -> ir.Function:
    function = declare_kernel(module, launch, name)
    code = Code(ir.IRBuilder(function.append_basic_block("entry")), target)
    *arguments, begin, end, scratch = function.args
    launch.kernel.emit(code, arguments, begin, end, scratch)
    code.builder.ret_void()
    return function


def _is_recordable(look: Look) -> bool:
    return look.nbytes > 0 and look.is_contiguous
