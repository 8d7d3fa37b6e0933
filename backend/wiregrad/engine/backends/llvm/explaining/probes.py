"""Native functions that run one launch of a program alone."""

from __future__ import annotations

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, POINTER, Code
from wiregrad.engine.backends.llvm.plan import Launch, Plan
from wiregrad.engine.backends.llvm.step import StepEmission, declare_kernel, define_kernel, pointer_to

PROBE = ir.FunctionType(ir.VoidType(), [POINTER, POINTER, INDEX, INDEX, INDEX])
"""Memory, scratch, the first unit and the one after the last, and how often."""


def probe_name(number: int) -> str:
    return f"launch_{number}"


class ProbeEmission:
    """A module with a probe for each launch; kernels that have a module of their own are called there."""

    def __init__(self, plan: Plan, emission: StepEmission) -> None:
        self._emission = emission
        self._target = plan.target
        self._memory = plan.memory
        self._module = ir.Module("probes")
        self._functions: dict[str, ir.Function] = {}
        for number, launch in enumerate(plan.launches):
            self._emit(number, launch)

    @property
    def text(self) -> str:
        return str(self._module)

    def _emit(self, number: int, launch: Launch) -> None:
        kernel = self._kernel(launch)
        function = ir.Function(self._module, PROBE, probe_name(number))
        memory, scratch, begin, end, count = function.args
        code = Code(ir.IRBuilder(function.append_basic_block("entry")), self._target)
        pointers = [pointer_to(code, memory, offset, self._memory) for offset in launch.offsets]

        def once(_: object) -> None:
            code.builder.call(kernel, [*pointers, begin, end, scratch])

        code.loop(0, count, once)
        code.builder.ret_void()

    def _kernel(self, launch: Launch) -> ir.Function:
        known = self._emission.functions[launch.kernel]
        if known.name not in self._functions:
            self._functions[known.name] = self._found(launch, known)
        return self._functions[known.name]

    def _found(self, launch: Launch, known: ir.Function) -> ir.Function:
        if known.linkage != "internal":
            return declare_kernel(self._module, launch, known.name)
        function = define_kernel(self._module, launch, known.name, self._target)
        function.linkage = "internal"
        function.attributes.add("noinline")  # else repetitions could be left out
        return function
