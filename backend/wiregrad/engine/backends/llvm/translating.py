"""From LLVM's text to object code, in several processes, while more text is still written."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from types import TracebackType

from wiregrad.engine.backends.backend import Progress
from wiregrad.engine.backends.llvm import translate
from wiregrad.engine.backends.llvm.target import Target

WORTH_A_PROCESS = 150_000
"""Characters that have to wait for each process that works, for one more to be worth its start."""

MOST_PROCESSES = 8

SENT_AHEAD = 2
"""Modules that a process has at once, so that it never waits for the next one."""

SECONDS_BETWEEN_LOOKS = 0.1
"""At how far the other processes are."""

SHORT_STEP = 60_000
"""Characters of a step that is made of small kernels, and so gains from all that LLVM can do."""


def object_codes(texts: Sequence[str], target: Target, processes: int, progress: Progress) -> list[bytes]:
    """The object code of each module; the first is the step."""
    step, *kernels = texts
    with Translation(target, processes, len(texts), progress) as translation:
        for text in kernels:
            translation.add(text)
        return translation.finish(step)


class Translation:
    """Other processes translate the modules of kernels from the first one on; this one helps in the end.

    `total` counts all modules, the step among them. The code does not depend on who made it.
    """

    def __init__(self, target: Target, processes: int, total: int, progress: Progress) -> None:
        self.work = Work()
        self._target = target
        self._most_helpers = min(processes, MOST_PROCESSES) - 1
        self.helpers: list[Helper] = []
        self._tally = _Tally(progress, total)

    def __enter__(self) -> Translation:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for helper in self.helpers:
            helper.end()

    def add(self, text: str) -> None:
        """The next kernel."""
        waiting = self.work.add(text)
        if len(self.helpers) < self._most_helpers and waiting > WORTH_A_PROCESS * (1 + len(self.helpers)):
            self.help()
        self._tally.tell(self.work.done)

    def help(self) -> None:
        """Start a process, if the system has one to give."""
        with contextlib.suppress(OSError):
            self.helpers.append(Helper(self.work, self._target))

    def finish(self, step: str) -> list[bytes]:
        """The code of all: of the step, and of the kernels in their order."""
        machine = self._target.translating_machine()
        code = translate.object_code(step, machine, thoroughly=len(step) < SHORT_STEP)
        while not self.work.is_over:
            self._tally.tell(1 + self.work.done)
            number = self.work.take()
            if number is None:
                self.work.wait(SECONDS_BETWEEN_LOOKS)
            else:
                self.work.put(number, translate.object_code(self.work.texts[number], machine))
        self._tally.tell(1 + self.work.done)
        return [code, *self.work.codes]


class Work:
    """Modules to translate, for whoever has time."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._codes: dict[int, bytes] = {}
        self._waiting: list[int] = []
        self._changed = threading.Condition()
        self._is_closed = False

    def add(self, text: str) -> int:
        """How many characters wait now."""
        with self._changed:
            self._waiting.append(len(self.texts))
            self.texts.append(text)
            self._changed.notify_all()
            return sum(len(self.texts[number]) for number in self._waiting)

    def take(self) -> int | None:
        """The longest that waits, so that the last ones to end are short; None if nothing waits."""
        with self._changed:
            if not self._waiting:
                return None
            longest = max(self._waiting, key=lambda number: len(self.texts[number]))
            self._waiting.remove(longest)
            return longest

    def take_or_wait(self) -> int | None:
        """The longest, as soon as one waits; None when there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            return None if self._is_closed else self.take()

    def put(self, number: int, code: bytes) -> None:
        with self._changed:
            self._codes[number] = code
            self._changed.notify_all()

    def give_back(self, numbers: Sequence[int]) -> None:
        """They were taken, and are not done."""
        with self._changed:
            self._waiting.extend(numbers)
            self._changed.notify_all()

    def wait(self, seconds: float) -> None:
        """Until something has changed, so long at most."""
        with self._changed:
            if not self._waiting and not self.is_over:
                self._changed.wait(seconds)

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    @property
    def done(self) -> int:
        return len(self._codes)

    @property
    def is_over(self) -> bool:
        return len(self._codes) == len(self.texts)

    @property
    def codes(self) -> list[bytes]:
        return [self._codes[number] for number in range(len(self.texts))]


class Helper:
    """Another process at work, and the thread that talks to it. It gives back what it took and did not do."""

    def __init__(self, work: Work, target: Target) -> None:
        self._work = work
        self.process = subprocess.Popen(  # noqa: S603 - our own file
            [sys.executable, "-I", translate.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for who asked for the code
        )
        described = {"triple": target.triple, "cpu": target.cpu, "features": target.features}
        self._head = json.dumps(described).encode()
        self._sent: list[int] = []
        self._thread = threading.Thread(target=self._talk, name="translation", daemon=True)
        try:
            self._thread.start()
        except RuntimeError as error:  # no thread is left
            self.process.kill()
            raise OSError(str(error)) from error

    def _talk(self) -> None:
        try:
            with contextlib.suppress(OSError, OverflowError, MemoryError):  # it has ended, or talks nonsense
                self._send(self._head)
                while self._send_some() and self._receive():
                    pass
        finally:
            self._work.give_back(self._sent)

    def _send_some(self) -> bool:
        """Whether it has something to do then."""
        while len(self._sent) < SENT_AHEAD:
            number = self._work.take() if self._sent else self._work.take_or_wait()
            if number is None:
                break
            self._sent.append(number)
            self._send(self._work.texts[number].encode())
        return bool(self._sent)

    def _send(self, piece: bytes) -> None:
        assert self.process.stdin is not None  # noqa: S101 - asked for
        self.process.stdin.write(translate.pieces_of([piece]))
        self.process.stdin.flush()

    def _receive(self) -> bool:
        assert self.process.stdout is not None  # noqa: S101 - asked for
        code = translate.read_piece(self.process.stdout)
        if code is not None:
            self._work.put(self._sent.pop(0), code)
        return code is not None

    def end(self) -> None:
        """At once, whatever it is at."""
        self._work.close()
        self.process.kill()
        self._thread.join()
        with contextlib.suppress(OSError), self.process:  # what was not sent yet cannot be any more
            pass


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
