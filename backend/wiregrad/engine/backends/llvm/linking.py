"""From LLVM's text to object code, and from object code to functions that can be called."""

from __future__ import annotations

import contextlib
import ctypes
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import llvmlite.binding as llvm

from wiregrad.engine.backends.backend import Progress
from wiregrad.engine.backends.llvm import translate
from wiregrad.engine.backends.llvm.target import Target

WORTH_A_PROCESS = 150_000
"""Characters that a process has to be given to be worth its start."""

MOST_PROCESSES = 8

SHORT_STEP = 60_000
"""Characters of a step that is made of small kernels, and so gains from all that LLVM can do."""


def object_codes(texts: Sequence[str], target: Target, processes: int, progress: Progress) -> list[bytes]:
    """The object code of each module. The first, the step, is made here; processes share the kernels."""
    shares = _shares(texts, processes)
    others = [_Translator([texts[n] for n in share], target) for share in shares[1:]]
    found: dict[int, bytes] = {}
    machine = target.machine()
    for number in shares[0]:
        is_short_step = number == 0 and len(texts[0]) < SHORT_STEP
        found[number] = translate.object_code(texts[number], machine, thoroughly=is_short_step)
        progress(len(found), len(texts))
    for share, other in zip(shares[1:], others, strict=True):
        found.update(zip(share, other.result(), strict=True))
        progress(len(found), len(texts))
    return [found[number] for number in range(len(texts))]


def _shares(texts: Sequence[str], processes: int) -> list[list[int]]:
    """Numbers of modules for each process, of nearly equal length together."""
    total = sum(map(len, texts))
    count = max(1, min(processes, MOST_PROCESSES, total // WORTH_A_PROCESS))
    shares: list[list[int]] = [[] for _ in range(count)]
    shares[0].append(0)
    loads = [len(texts[0]), *[0] * (count - 1)]
    for number in sorted(range(1, len(texts)), key=lambda n: -len(texts[n])):
        lightest = loads.index(min(loads))
        shares[lightest].append(number)
        loads[lightest] += len(texts[number])
    return shares


class _Translator:
    """Another process at work. It is given all at once, and asked for the result when this one is done."""

    def __init__(self, texts: Sequence[str], target: Target) -> None:
        self._texts, self._target = texts, target
        self._process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", translate.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        described = {"triple": target.triple, "cpu": target.cpu, "features": target.features}
        head = json.dumps(described).encode()
        assert self._process.stdin is not None  # noqa: S101 - asked for
        with contextlib.suppress(BrokenPipeError):  # it has ended: `result` will see
            self._process.stdin.write(translate.pieces_of([head, *(text.encode() for text in texts)]))
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def result(self) -> list[bytes]:
        """What it made; where it failed, made here."""
        assert self._process.stdout is not None  # noqa: S101 - asked for
        content = self._process.stdout.read()
        self._process.stdout.close()
        if self._process.wait() == 0 and len(codes := translate.read_pieces(content)) == len(self._texts):
            return codes
        machine = self._target.machine()
        return [translate.object_code(text, machine) for text in self._texts]


class Linked:
    """Object code in memory, for as long as this object lives."""

    def __init__(self, objects: Sequence[bytes], target: Target) -> None:
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target.machine())
        for code in objects:
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        found = int(self._engine.get_function_address(name))
        if not found:
            raise LookupError(f"the object code has no function {name!r}")
        return found

    def function(self, name: str, result: Any, *arguments: Any) -> Any:
        """A function to call from Python, without the interpreter's lock while it runs."""
        return ctypes.CFUNCTYPE(result, *arguments)(self.address(name))
