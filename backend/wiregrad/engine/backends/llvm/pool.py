"""The threads that share steps: one pool in a process, parked in native code from step to step."""

from __future__ import annotations

import ctypes
import os
import threading
from functools import cache

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.llvm import words
from wiregrad.engine.backends.llvm.cache import Cache
from wiregrad.engine.backends.llvm.fingerprint import fingerprint_of
from wiregrad.engine.backends.llvm.linking import Linked
from wiregrad.engine.backends.llvm.target import Target, host_target
from wiregrad.engine.backends.llvm.translate import object_code
from wiregrad.engine.processor import keep_apart


class Pool:
    """So many threads, the caller's included. One job at a time: callers wait for each other."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._control = np.zeros(words.THREADS + threads * words.LINE, np.int64)
        self._words = self._control.data
        """The same, faster to use one by one."""
        self._words[words.TURN] = 1  # there was no job, and it is over
        self._sleeping, self._processors, self._inside = (
            self._control[words.THREADS + number :: words.LINE]
            for number in (words.SLEEPING, words.PROCESSOR, words.INSIDE)
        )
        self._processors[:] = -1 - np.arange(threads)  # not known yet
        self._seen: list[int] = []
        self._address = self._control.ctypes.data
        self._lock = threading.Lock()
        self._natives = _natives()
        self._held: list[tuple[int, Linked]] = []
        """Code and the first turn of it: threads may still be in that of a job which the others have done."""
        self._beds = [threading.Lock() for _ in range(threads)]
        """Held while nobody wakes the thread. A semaphore is of Python: interrupted, it may stay locked."""
        for bed in self._beds:
            bed.acquire()
        workers = [
            threading.Thread(target=self._work, args=(thread,), name=f"step-{thread}", daemon=True)
            for thread in range(1, threads)
        ]
        for worker in workers:
            worker.start()
        self._system_names = [None, *(worker.native_id for worker in workers)]

    def run(self, linked: Linked, address: int, memory: int, count: int, records: int) -> None:
        """Do `count` steps, one at least, of a program, with the threads that are there."""
        control = self._words
        with self._lock:
            control[words.JOB] = address
            control[words.MEMORY] = memory
            control[words.COUNT] = count
            control[words.RECORDS] = records
            control[words.START] = control[words.DONE]
            turn = control[words.TURN] + 1
            self._hold(turn, linked)
            self._keep_apart()
            self._lead(turn)

    def _hold(self, turn: int, linked: Linked) -> None:
        """Let go of the code that no thread is in."""
        if self._held and self._held[-1][1] is linked:
            return
        oldest = min((inside for inside in self._inside.tolist() if inside), default=turn)
        ends = [first for first, _ in self._held[1:]] + [turn]
        self._held = [one for one, end in zip(self._held, ends, strict=False) if end > oldest]
        self._held.append((turn, linked))

    def _keep_apart(self) -> None:
        processors = self._processors.tolist()
        if processors != self._seen:
            self._seen = processors
            keep_apart(self._system_names, processors)

    def _lead(self, turn: int) -> None:
        """Python may be interrupted before and after the job: whom it woke for nothing sleeps again."""
        try:
            if self._natives.lead(self._address, turn, self.threads):
                for thread in range(1, self.threads):
                    if self._sleeping[thread] and self._beds[thread].locked():
                        self._beds[thread].release()
                self._natives.lead(self._address, turn, 0)
        finally:
            self._words[words.COMING] = self._words[words.TURN] - 1

    def _work(self, thread: int) -> None:
        turn = 0
        while True:
            turn = self._natives.serve(self._address, thread, turn)
            self._beds[thread].acquire()
            self._sleeping[thread] = 0


class _Natives:
    """What the pool calls: `serve` for its threads, `lead` for the caller."""

    def __init__(self, code: bytes, target: Target) -> None:
        self._linked = Linked([code], target)
        word = ctypes.c_int64
        self.serve = self._linked.function("serve", word, ctypes.c_void_p, word, word)
        self.lead = self._linked.function("lead", word, ctypes.c_void_p, word, word)


@cache
def _natives() -> _Natives:
    target, kept = host_target(), Cache()
    name = fingerprint_of("pool", target)
    code = kept.read(name)
    if code is None:
        from wiregrad.engine.backends.llvm.waiting import pool_text  # noqa: PLC0415 - only who has to emit

        code = object_code(pool_text(target), target.translating_machine())
        kept.write(name, code)
    return _Natives(code, target)


@cache
def pool_of(threads: int) -> Pool:
    return Pool(threads)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=pool_of.cache_clear)  # threads are not forked


def pointers_to(arrays: list[Array | None]) -> Array:
    """The addresses of some arrays, 0 for None: what a program records into."""
    return np.array([0 if array is None else array.ctypes.data for array in arrays] or [0], np.int64)
