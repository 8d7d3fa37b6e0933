"""What identifies a program: equal fingerprints mean equal object code."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterator
from functools import cache
from pathlib import Path

import llvmlite
import llvmlite.binding as llvm

from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import Function
from wiregrad.engine.ops.sources import Literal

ENGINE = Path(__file__).parents[2]


def fingerprint(function: Function, target: Target, options: Options) -> str:
    """A digest of the program, the processor, the options and the compiler itself."""
    return fingerprint_of(f"{options}\n{''.join(_lines(function))}", target)


def fingerprint_of(described: str, target: Target) -> str:
    """A digest of what is described, for a processor and by this compiler."""
    return hashlib.sha256(f"{_compiler()} {target}\n{described}".encode()).hexdigest()


def _lines(function: Function) -> Iterator[str]:
    numbers = {value: number for number, value in enumerate(function.values())}
    for value in numbers:
        operands = [numbers[operand] for operand in value.inputs]
        settings = [(name, _exact(setting)) for name, setting in value.attributes.items()]
        yield f"{value.primitive.name} {operands} {settings} {value.type.dtype} {value.type.shape}\n"
    for kind in (function.inputs, function.outputs):
        yield f"{[(name, numbers[value]) for name, value in kind.items()]}\n"
    yield f"{list(function.carries.items())}\n"


def _exact(setting: Hashable) -> Hashable:
    """What is told apart wherever the setting is, when it is printed."""
    if isinstance(setting, Literal):
        return hashlib.sha256(repr(setting.key).encode()).hexdigest()
    return setting


@cache
def _compiler() -> str:
    """Versions of LLVM, and a digest of the engine's own sources: another compiler makes other code."""
    digest = hashlib.sha256()
    for path in sorted(ENGINE.rglob("*.py")):
        digest.update(path.read_bytes())
    return f"llvmlite {llvmlite.__version__} LLVM {llvm.llvm_version_info} engine {digest.hexdigest()}"
