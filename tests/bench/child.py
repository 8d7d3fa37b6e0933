"""One framework in a process of its own, which takes steps when it is asked to: both ends of the pipe.

The child says a line when its first step is done, and answers each line, a number of seconds, with the time
of a step. At the end of its input it tells how much memory it had at most.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from tests.bench.cases import CASES, CHECKED_STEPS
from tests.bench.contestants import CONTESTANTS, OURS, cores, environment
from tests.bench.task import Task

ROOT = Path(__file__).parents[2]
LAST_WORDS = 300


class ChildError(RuntimeError):
    """A child ended before its time; the message is the last line that it said."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a child is to run, and how."""

    case: str
    contestant: str
    threads: int
    backend: str
    cache: Path

    def arguments(self) -> list[str]:
        return [self.case, self.contestant, str(self.threads), self.backend]


@dataclass
class Child:
    """The end of the pipe that asks. Raises ChildError when the other end is gone."""

    order: Order
    ready: dict[str, Any] = field(init=False)
    whole_start: float = field(init=False)

    def __post_init__(self) -> None:
        contestant = CONTESTANTS[self.order.contestant]
        paths = os.pathsep.join([str(ROOT), str(ROOT / "backend")])
        surroundings = environment(contestant, self.order.threads, self.order.cache)
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed when the child is gone
        began = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__, *self.order.arguments()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=ROOT,
            env={**surroundings, "PYTHONPATH": paths},
        )
        try:
            self.ready = self._answer()
        except ChildError:
            self._close()
            raise
        self.whole_start = self.ready["first_step_done"] - began

    def __enter__(self) -> Child:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._close()

    def _close(self) -> None:
        with self._process, self._errors:
            pass

    def round(self, seconds: float) -> float:
        """Seconds per step."""
        self._say(seconds)
        return float(self._answer()["seconds_per_step"])

    def end(self) -> dict[str, int]:
        """How much memory it had."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        return dict(self._answer())

    def _say(self, seconds: float) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(f"{seconds}\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise ChildError(self._last_words()) from None

    def _answer(self) -> Any:  # noqa: ANN401 - JSON
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise ChildError(self._last_words())
        return json.loads(line)

    def _last_words(self) -> str:
        status = self._process.wait()
        self._errors.seek(0)
        lines = [line.strip() for line in self._errors if line.strip()]
        return (lines[-1] if lines else f"ended with status {status}")[:LAST_WORDS]


# ---- The end that answers ----


def _memory(field_: str) -> int:
    """Bytes of this process, from the kernel; `ru_maxrss` would count the parent's, from before the exec."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{field_}:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError(f"expected a line {field_} in /proc/self/status")


def _module(contestant: str, threads: int) -> Any:  # noqa: ANN401 - a module
    chosen = CONTESTANTS[contestant]
    if chosen.package == "torch":
        importlib.import_module("torch").set_num_threads(threads)
    if contestant == OURS:
        importlib.import_module("wiregrad.engine.blas").prefer_wide_kernels(os.environ)
    return importlib.import_module(f"tests.bench.{chosen.module}")


def _taken(task: Task, count: int) -> int:
    """As many steps as are really taken."""
    return -(-count // task.chunk) * task.chunk


def _seconds_per_step(task: Task, seconds: float, count: int) -> tuple[float, int]:
    """Take steps for about so long, each time from the same weights; also how many that were."""
    while True:
        task.restart()
        task.steps(1)
        count = _taken(task, count)
        began = time.perf_counter()
        task.steps(count)
        elapsed = time.perf_counter() - began
        if elapsed >= seconds / 2:
            return elapsed / count, count
        count = max(count + 1, min(16 * count, int(count * seconds / max(elapsed, 1e-6))))


def serve(options: argparse.Namespace, channel: TextIO) -> None:
    def say(**answer: object) -> None:
        channel.write(json.dumps(answer) + "\n")
        channel.flush()

    module = _module(options.contestant, options.threads)
    imported = _memory("VmRSS")
    began = time.monotonic()
    argument = options.backend if options.contestant == OURS else CONTESTANTS[options.contestant].variant
    task: Task = module.task(CASES[options.case], argument)
    built = time.monotonic()
    task.steps(1)
    done = time.monotonic()
    task.restart()
    (*_, loss) = task.steps(CHECKED_STEPS)[:CHECKED_STEPS]
    say(
        first_step_done=done,
        seconds_of_building=built - began,
        seconds_of_first_step=done - built,
        steps_in_first=_taken(task, 1),
        parameters=task.parameters,
        engine=task.engine,
        loss=float(loss),
    )
    count = 1
    for line in sys.stdin:
        per_step, count = _seconds_per_step(task, float(line), count)
        say(seconds_per_step=per_step)
    say(peak_bytes=_memory("VmHWM"), imported_bytes=imported)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("case", choices=CASES)
    parser.add_argument("contestant", choices=CONTESTANTS)
    parser.add_argument("threads", type=int)
    parser.add_argument("backend")
    options = parser.parse_args()
    os.sched_setaffinity(0, cores(options.threads))
    # Whatever a framework prints must not get in between the answers.
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    serve(options, channel)


if __name__ == "__main__":
    main()
