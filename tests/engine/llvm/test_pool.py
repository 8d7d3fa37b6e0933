"""Threads that share steps: woken, crowded, called from several sides, and left alone at the end."""

from __future__ import annotations

import signal
import threading
import time

import numpy as np
import pytest

from tests.engine.llvm import children
from tests.engine.llvm.compiling import Way, total
from wiregrad.engine import ops
from wiregrad.engine.backends.llvm.executable import LlvmExecutable
from wiregrad.engine.backends.llvm.pool import pool_of
from wiregrad.engine.interpreter import Array
from wiregrad.engine.ir import Function
from wiregrad.engine.processor import cores

SIZE = 300
LONGEST = 60
"""Seconds, after which something hangs."""


def counting(size: int = SIZE) -> Function:
    """x grows by one in each step; the mean takes what all threads have written just before."""
    x = ops.input("x", "float64", (size, 3))
    following = ops.add(x, ops.full_like(1, x))
    mean = ops.div(total(ops.reduce_sum(following, (1,))), ops.full(3 * size, "float64"))
    return Function("count", {"x": x}, {"next": following, "mean": mean}, {"next": "x"})


def _counter(threads: int, size: int = SIZE) -> LlvmExecutable:
    executable = Way(threads).compile(counting(size))
    assert executable._manifest.threads == threads
    executable.load({"x": np.zeros((size, 3))})
    return executable


def _means(executable: LlvmExecutable, count: int) -> Array:
    return executable.run_many({}, count, ["mean"])["mean"]


def _wait_until_asleep(threads: int) -> None:
    sleeping, end = pool_of(threads)._sleeping, time.monotonic() + LONGEST
    while not sleeping[1:].all():
        assert time.monotonic() < end, "a thread that has nothing to do does not sleep"
        time.sleep(0.001)


@pytest.mark.parametrize("threads", [2, 4])
def test_threads_wake_when_there_is_work_again(threads: int) -> None:
    executable = _counter(threads)
    for number in range(1, 6):
        assert _means(executable, 1).tolist() == [number]
        _wait_until_asleep(threads)


def test_work_is_done_without_a_thread_that_does_not_come() -> None:
    executable = _counter(2)
    _wait_until_asleep(2)
    pool = pool_of(2)
    pool._sleeping[1] = 0  # so nobody wakes it
    assert _means(executable, 100).tolist() == list(range(1, 101))
    pool._beds[1].release()
    assert _means(executable, 100).tolist() == list(range(101, 201))


@pytest.mark.parametrize("threads", [2, 3, 4])
def test_many_steps_in_one_call(threads: int) -> None:
    """More threads than there are cores as well: who waits lets others run."""
    assert _means(_counter(threads), 1000).tolist() == list(range(1, 1001))


def test_many_small_calls() -> None:
    executable = _counter(2, size=20)
    for number in range(1, 501):
        assert executable.run({})["mean"] == number


def test_programs_take_turns() -> None:
    executables = [_counter(2), _counter(3), _counter(2, size=7), _counter(1), _counter(4)]
    for number in range(1, 21):
        for executable in executables:
            assert _means(executable, 1).tolist() == [number]


@pytest.mark.parametrize("threads", [(2, 2), (2, 3)])
def test_callers_on_several_threads_wait_for_each_other(threads: tuple[int, int]) -> None:
    found: dict[int, list[Array]] = {0: [], 1: []}

    def work(caller: int, executable: LlvmExecutable) -> None:
        found[caller] += [_means(executable, 10) for _ in range(20)]

    callers = [
        threading.Thread(target=work, args=(caller, _counter(count))) for caller, count in enumerate(threads)
    ]
    for thread in callers:
        thread.start()
    for thread in callers:
        thread.join(LONGEST)
        assert not thread.is_alive()
    for means in found.values():
        assert np.concatenate(means).tolist() == list(range(1, 201))


# ---- In a process of its own ----

PREPARED = """
import numpy as np
from tests.engine.llvm.test_pool import _counter, _means, _wait_until_asleep
executable = _counter(3)
assert _means(executable, 3).tolist() == [1, 2, 3]
"""


@pytest.mark.parametrize("asleep", ["", "_wait_until_asleep(3)"], ids=["awake", "asleep"])
def test_a_process_ends_while_threads_wait(asleep: str) -> None:
    children.run(PREPARED + asleep)


def test_code_stays_until_every_thread_has_left_it() -> None:
    """Each program is let go of as soon as its step is over, when others may not be out of it yet."""
    children.run("""
import numpy as np
from tests.engine.llvm.test_pool import counting
from wiregrad.engine.backends.llvm import plan
from wiregrad.engine.backends.llvm.translation import translated
from wiregrad.engine.backends.llvm.executable import LlvmExecutable
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.target import host_target
plan.WORTH_SHARING = plan.WORTH_THREADS = 0
target = host_target()
program = translated(counting(), target, Options(threads=4), lambda done, total: None)
for _ in range(200):
    assert LlvmExecutable(program, target).run({})["mean"] == 1
""")


def test_a_forked_process_has_threads_of_its_own() -> None:
    children.run(
        PREPARED
        + """
import os
pid = os.fork()
if pid == 0:
    os._exit(_means(executable, 2).tolist() != [4, 5])
assert os.waitpid(pid, 0)[1] == 0
assert _means(executable, 2).tolist() == [4, 5]
"""
    )


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers that interrupt")
def test_steps_go_on_after_calls_that_were_interrupted_anywhere() -> None:
    """Also between two instructions of Python that begin one step for all threads."""
    children.run(
        PREPARED
        + """
import signal
def ring(*_): raise KeyboardInterrupt
signal.signal(signal.SIGALRM, ring)
for number in range(100):
    try:
        signal.setitimer(signal.ITIMER_REAL, 1e-4 * (1 + number % 17))
        while True:
            executable.run({})
    except KeyboardInterrupt:
        pass
    executable.load({"x": np.zeros((300, 3))})
    assert _means(executable, 5).tolist() == [1, 2, 3, 4, 5]
"""
    )


@pytest.mark.skipif(cores() < 2, reason="there is one processor only")
def test_threads_left_together_on_one_processor_part() -> None:
    children.run(
        PREPARED.replace("_counter(3)", "_counter(2)")
        + """
import os, time
from tests.engine.llvm.test_pool import LONGEST
from wiregrad.engine.backends.llvm.pool import pool_of
pool, everywhere = pool_of(2), os.sched_getaffinity(0)
together = {min(everywhere)}
for thread in (0, pool._system_names[1]):
    os.sched_setaffinity(thread, together)
end = time.monotonic() + LONGEST
while set(pool._processors.tolist()) != together:
    assert time.monotonic() < end, "the other thread never comes"
    _means(executable, 3)
os.sched_setaffinity(0, everywhere)
_means(executable, 3)
assert os.sched_getaffinity(pool._system_names[1]) == everywhere - together
"""
    )
