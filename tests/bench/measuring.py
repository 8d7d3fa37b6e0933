"""Runs the contestants of one case, one after the other and round by round."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.bench.cases import CASES
from tests.bench.child import Child, ChildError, Order
from tests.bench.contestants import CONTESTANTS, OURS
from tests.bench.results import Measured, Start

PAUSE = 0.05
"""Between two turns: threads that wait for more work spin for a while before they sleep."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`rounds` of about `seconds` each, after one that does not count; `warm` starts each once more."""

    threads: int
    rounds: int
    seconds: float
    backend: str
    warm: bool
    tell: Callable[[str], None]


def measure(case: str, contestants: list[str], settings: Settings) -> dict[str, Measured]:
    """All that take part in this case. What fails is in the result as well, with its reason."""
    with tempfile.TemporaryDirectory(prefix="wiregrad-bench-") as folder:
        return _Contest(case, settings, Path(folder)).run(contestants)


def difference(found: Measured, right: Measured, tolerance: float) -> str:
    """What makes it another network than `right`; nothing if it is the same."""
    if found.parameters != right.parameters:
        return f"{found.parameters} parameters, and {right.parameters}"
    if not abs(found.loss - right.loss) <= tolerance * abs(right.loss):
        return f"a loss of {found.loss:.6g}, and {right.loss:.6g}"
    return ""


class _Contest:
    def __init__(self, case: str, settings: Settings, folder: Path) -> None:
        self.case, self.settings, self.folder = case, settings, folder
        self.found: dict[str, Measured] = {}
        self.children: dict[str, Child] = {}

    def run(self, contestants: list[str]) -> dict[str, Measured]:
        with ExitStack() as stack:
            for name in contestants:
                if CONTESTANTS[name].takes(CASES[self.case]):
                    self._start(name, stack)
            self._compare()
            for number in range(self.settings.rounds + 1):
                self._round(is_counted=number > 0)
            for name in list(self.children):
                self._end(name)
        if self.settings.warm:
            for name, measured in self.found.items():
                if measured.counts:
                    self.settings.tell(f"{self.case}: {CONTESTANTS[name].title} starts again")
                    self._start_again(name, measured)
        return self.found

    def _order(self, name: str) -> Order:
        cache = self.folder / name
        cache.mkdir(mode=0o700, exist_ok=True)
        return Order(self.case, name, self.settings.threads, self.settings.backend, cache)

    def _start(self, name: str, stack: ExitStack) -> None:
        self.found[name] = Measured(failed=CONTESTANTS[name].missing)
        if self.found[name].failed:
            return
        self.settings.tell(f"{self.case}: {CONTESTANTS[name].title} starts")
        try:
            child = stack.enter_context(Child(self._order(name)))
        except ChildError as error:
            self._fail(name, error)
            return
        self.children[name] = child
        measured = self.found[name]
        measured.engine = child.ready["engine"]
        measured.parameters = child.ready["parameters"]
        measured.loss = child.ready["loss"]

    def _fail(self, name: str, error: ChildError) -> None:
        self.found[name].failed = f"FAILED: {error}"
        self.children.pop(name, None)

    def _compare(self) -> None:
        """Numbers of parameters, and losses after a few steps from the same weights.

        Each is held against the first of the others; where there is none, nothing can be compared.
        """
        judge = next((name for name in self.children if name != OURS), None)
        if judge is None:
            return
        right = self.found[judge]
        for name in list(self.children):
            what = difference(self.found[name], right, CASES[self.case].tolerance)
            if what:
                self.found[name].failed = f"NOT THE SAME NETWORK: {what} in {CONTESTANTS[judge].title}"
                del self.children[name]

    def _round(self, *, is_counted: bool) -> None:
        """One turn of each. Caches and pools of threads are cold in the first, which does not count."""
        self.children = dict(reversed(self.children.items()))  # nobody always comes after the same other
        for name, child in list(self.children.items()):
            time.sleep(PAUSE)
            try:
                seconds = child.round(self.settings.seconds)
            except ChildError as error:
                self._fail(name, error)
                continue
            if is_counted:
                self.found[name].rounds.append(seconds)

    def _end(self, name: str) -> None:
        measured, child = self.found[name], self.children[name]
        measured.cold = _start_of(child, measured)
        memory = child.end()
        measured.peak_bytes, measured.imported_bytes = memory["peak_bytes"], memory["imported_bytes"]

    def _start_again(self, name: str, measured: Measured) -> None:
        try:
            with Child(self._order(name)) as child:
                measured.warm = _start_of(child, measured)
                child.end()
        except ChildError as error:
            measured.failed = f"FAILED when started again: {error}"


def _start_of(child: Child, measured: Measured) -> Start:
    told = child.ready
    usual = told["steps_in_first"] * statistics.median(measured.rounds)
    compiling = max(0.0, told["seconds_of_first_step"] - usual)
    return Start(child.whole_start, told["seconds_of_building"], compiling)
