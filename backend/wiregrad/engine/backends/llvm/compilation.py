"""From a function to an executable: passes, plan, code."""

from __future__ import annotations

from wiregrad.engine.backends.llvm.executable import LlvmExecutable, Manifest
from wiregrad.engine.backends.llvm.linking import object_code
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.plan import Plan
from wiregrad.engine.backends.llvm.step import StepEmission
from wiregrad.engine.backends.llvm.target import Target, host_target
from wiregrad.engine.ir import Function
from wiregrad.engine.passes import optimize


def compiled(function: Function, options: Options) -> LlvmExecutable:
    target = host_target()
    plan = Plan(optimize(function), target, options)
    return LlvmExecutable(manifest_of(plan), [emitted(plan, target)])


def emitted(plan: Plan, target: Target) -> bytes:
    return object_code(str(StepEmission(plan).module), target)


def manifest_of(plan: Plan) -> Manifest:
    barriers = len(list(plan.phases())) + bool(plan.outputs) if plan.threads > 1 else 0
    return Manifest(
        inputs=plan.inputs,
        outputs=plan.outputs,
        carries=plan.function.carries,
        literals=plan.literals,
        memory_bytes=plan.memory_bytes,
        value_bytes=plan.value_bytes,
        computed_start=plan.computed_start,
        guards=plan.guards,
        threads=plan.threads,
        barriers=barriers,
        kernel_count=len(plan.launches),
    )
