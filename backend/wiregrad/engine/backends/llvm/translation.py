"""From a function to a program: passes, plan, code."""

from __future__ import annotations

from wiregrad.engine.backends.backend import Progress
from wiregrad.engine.backends.llvm.manifest import Manifest, Program
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.plan import Plan
from wiregrad.engine.backends.llvm.step import StepEmission, module_count
from wiregrad.engine.backends.llvm.target import Target, host_target
from wiregrad.engine.backends.llvm.translating import Translation
from wiregrad.engine.ir import Function
from wiregrad.engine.passes import optimize
from wiregrad.engine.processor import cores


def planned(function: Function, options: Options, target: Target | None = None) -> Plan:
    """All that is known of the program before there is code."""
    return Plan(optimize(function), target or host_target(), options)


def translated(function: Function, target: Target, options: Options, progress: Progress) -> Program:
    plan = planned(function, options, target)
    with Translation(target, cores(), module_count(plan), progress) as translation:
        step = StepEmission(plan, translation.add).step_text
        return Program(manifest_of(plan), translation.finish(step))


def manifest_of(plan: Plan) -> Manifest:
    return Manifest(
        inputs=plan.memory.inputs,
        lent={name: lent.slot for name, lent in plan.memory.lent.items()},
        outputs=plan.memory.outputs,
        carries=plan.function.carries,
        literals=plan.memory.literals,
        memory_bytes=plan.memory.nbytes,
        value_bytes=plan.memory.value_bytes,
        computed_start=plan.memory.computed_start,
        guards=plan.memory.guards,
        threads=plan.threads,
        kernel_count=len(plan.launches),
    )
