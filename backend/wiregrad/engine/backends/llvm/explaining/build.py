"""A program compiled with probes, and how long each stage of that took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from wiregrad.engine.backends.llvm.explaining.probes import ProbeEmission
from wiregrad.engine.backends.llvm.explaining.walk import Walk
from wiregrad.engine.backends.llvm.manifest import Program
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.plan import Plan
from wiregrad.engine.backends.llvm.step import StepEmission
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.llvm.translating import object_codes
from wiregrad.engine.backends.llvm.translation import manifest_of
from wiregrad.engine.ir import Function
from wiregrad.engine.passes import optimize
from wiregrad.engine.processor import cores


@dataclass(frozen=True)
class PassResult:
    """How many values there are after a pass."""

    name: str
    values: int


@dataclass(frozen=True)
class Built:
    plan: Plan
    walk: Walk
    program: Program
    """As it is kept: without probes."""
    passes: tuple[PassResult, ...]
    stages: dict[str, float]
    """Seconds by stage of the compilation."""


def built(function: Function, target: Target, options: Options) -> Built:
    """Compile a function anew, whatever the cache has."""
    passes = [PassResult("lowering", len(function.values()))]

    def observe(name: str, after: Function) -> None:
        passes.append(PassResult(name, len(after.values())))

    clock = _Clock()
    with clock.stage("passes"):
        function = optimize(function, observe)
    with clock.stage("plan"):
        plan = Plan(function, target, options)
    with clock.stage("emission"):
        emission = StepEmission(plan)
        texts = emission.texts
    probes = ProbeEmission(plan, emission).text
    with clock.stage("translation"):
        objects = object_codes(texts, target, cores(), _nobody)
    objects += object_codes([probes], target, 1, _nobody)
    with clock.stage("linking"):
        walk = Walk(plan, objects)
    program = Program(manifest_of(plan), objects[:-1])
    return Built(plan, walk, program, tuple(passes), clock.seconds)


class _Clock:
    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started


def _nobody(done: int, total: int) -> None:
    pass
