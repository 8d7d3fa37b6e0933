"""Runs programs for ARM64 on an emulator, from the same plans and kernels as programs for this processor."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np

from tests.requirements import require_arm64
from wiregrad.engine.backends.llvm import translate
from wiregrad.engine.backends.llvm.executable import GUARD_BYTE, POISON
from wiregrad.engine.backends.llvm.looks import GUARD
from wiregrad.engine.backends.llvm.manifest import Manifest
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.step import StepEmission
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.llvm.translation import manifest_of, planned
from wiregrad.engine.interpreter import Array
from wiregrad.engine.ir import Function

ARM64 = Target("aarch64-unknown-linux-gnu", "cortex-a76", "+neon", 16, 32)
LIBRARIES = "/usr/aarch64-linux-gnu"
HARNESS = Path(__file__).with_name("emulated.c")


def run(
    function: Function, feed: Mapping[str, Array], calls: int, folder: Path, target: Target = ARM64
) -> dict[str, Array]:
    """The outputs after some calls on the same inputs, carried ones as they were before the last."""
    emulator, compiler = require_arm64()
    plan = planned(function, Options(threads=1, guarded=True), target)
    manifest = manifest_of(plan)
    library, image = folder / "program.so", folder / "image"
    _link(compiler, StepEmission(plan).texts, library, target)
    _image(manifest, feed).tofile(image)
    _do(compiler, "-O1", "-o", folder / "emulated", HARNESS, "-ldl")
    _do(
        emulator, "-cpu", "max", "-L", LIBRARIES, folder / "emulated", library, image, calls,
        len(manifest.outputs),
    )  # fmt: skip
    memory = np.fromfile(image, np.uint8)
    for start in manifest.guards:
        assert (memory[start : start + GUARD] == GUARD_BYTE).all(), "a kernel wrote beside its buffer"
    return {name: look.array(memory) for name, look in manifest.outputs.items()}


def _link(compiler: str, texts: Sequence[str], library: Path, target: Target) -> None:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    machine = llvm.Target.from_triple(target.triple).create_target_machine(
        cpu=target.cpu, features=target.features, opt=3, reloc="pic", codemodel="small"
    )
    objects = []
    for number, text in enumerate(texts):
        objects.append(library.with_name(f"{number}.o"))
        objects[-1].write_bytes(translate.object_code(text, machine, thoroughly=number == 0))
    _do(compiler, "-shared", "-o", library, *objects, "-lm")


def _image(manifest: Manifest, feed: Mapping[str, Array]) -> Array:
    memory = np.zeros(manifest.memory_bytes, np.uint8)
    memory[manifest.computed_start : manifest.value_bytes] = POISON
    for start in manifest.guards:
        memory[start : start + GUARD] = GUARD_BYTE
    for offset, literal in manifest.literals:
        memory[offset : offset + literal.nbytes] = literal.reshape(-1).view(np.uint8)
    for name, look in manifest.inputs.items():
        look.array(memory)[...] = feed[name]
    return memory


def _do(*command: object) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stderr}"
