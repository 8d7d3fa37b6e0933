"""From LLVM's text to object code, and from object code to functions that can be called."""

from __future__ import annotations

import contextlib
import ctypes
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

import llvmlite.binding as llvm

from wiregrad.engine.backends.backend import Progress
from wiregrad.engine.backends.llvm import translate
from wiregrad.engine.backends.llvm.target import Target

WORTH_A_PROCESS = 150_000
"""Characters that a process has to be given to be worth its start."""

MOST_PROCESSES = 8
SECONDS_BETWEEN_LOOKS = 0.1
"""At how far the other processes are."""

SHORT_STEP = 60_000
"""Characters of a step that is made of small kernels, and so gains from all that LLVM can do."""


def object_codes(texts: Sequence[str], target: Target, processes: int, progress: Progress) -> list[bytes]:
    """The object code of each module. The first, the step, is made here; processes share the kernels."""
    shares = _shares(texts, processes)
    others = [_Translator([texts[n] for n in share], target) for share in shares[1:]]
    tally = _Tally(progress, len(texts))
    found: dict[int, bytes] = {}
    machine = target.machine()
    for number in shares[0]:
        is_short_step = number == 0 and len(texts[0]) < SHORT_STEP
        found[number] = translate.object_code(texts[number], machine, thoroughly=is_short_step)
        tally.tell(len(found) + sum(other.done for other in others))
    while not all(other.is_over(SECONDS_BETWEEN_LOOKS) for other in others):
        tally.tell(len(shares[0]) + sum(other.done for other in others))
    for share, other in zip(shares[1:], others, strict=True):
        found.update(zip(share, other.result(), strict=True))
        tally.tell(len(found))
    return [found[number] for number in range(len(texts))]


class _Tally:
    """Tells only what is more than was told before."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._told = 0

    def tell(self, done: int) -> None:
        if done > self._told:
            self._told = done
            self._progress(done, self._total)


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
    """Another process at work. A thread gives it all at once, and takes each result when it comes."""

    def __init__(self, texts: Sequence[str], target: Target) -> None:
        self._texts, self._target = texts, target
        self._process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", translate.__file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        described = {"triple": target.triple, "cpu": target.cpu, "features": target.features}
        given = translate.pieces_of([json.dumps(described).encode(), *(text.encode() for text in texts)])
        self._codes: list[bytes] = []
        self._thread = threading.Thread(target=self._talk, args=(given,), daemon=True)
        self._thread.start()

    def _talk(self, given: bytes) -> None:
        assert self._process.stdin is not None  # noqa: S101 - asked for
        assert self._process.stdout is not None  # noqa: S101 - asked for
        with contextlib.suppress(BrokenPipeError):  # it has ended: `result` will see
            self._process.stdin.write(given)
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        with self._process.stdout as answers:
            while (code := translate.read_piece(answers)) is not None:
                self._codes.append(code)

    @property
    def done(self) -> int:
        return len(self._codes)

    def is_over(self, seconds: float) -> bool:
        """Whether it has ended, after waiting so long at most."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> list[bytes]:
        """What it made; where it failed, made here."""
        self._thread.join()
        if self._process.wait() == 0 and self.done == len(self._texts):
            return self._codes
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
