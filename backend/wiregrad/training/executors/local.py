"""Runs as child processes on this machine."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import IO

from wiregrad.training.commands import Command
from wiregrad.training.events import Event, StateEvent, Told
from wiregrad.training.failures import explain_exit
from wiregrad.training.lines import MOST_BYTES_IN_AN_EVENT, LineSplitter, LineTooLong
from wiregrad.training.spec import LOG_FILE, RunSpec
from wiregrad.training.states import is_terminal

WORKER = "wiregrad.training.worker"
SECONDS_BETWEEN_LOOKS = 0.01
MOST_BYTES_AT_ONCE = 1 << 19
LONG_BATCH_BYTES = 1 << 16
SECONDS_BETWEEN_LONG_BATCHES = 0.05
"""A run that has much to say is listened to 20 times a second: its events are stored together.

Not so if more of them wait than are read at once: then its training would wait as well.
"""


async def start_child(module: str, *arguments: str, log: IO[bytes] | None) -> asyncio.subprocess.Process:
    """A Python process that runs one of our modules, with pipes for messages.

    It never outlives its owner: its standard input ends when the owner does, however that happens. It has a
    session of its own, so that Ctrl-C in a terminal reaches only the owner, which ends it in order.
    `-P` keeps the current folder off the import path.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-P",
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=log,
        start_new_session=os.name != "nt",
        limit=MOST_BYTES_AT_ONCE,
    )


async def end_of(process: asyncio.subprocess.Process) -> int:
    """The exit status, as soon as the process has ended.

    `process.wait()` also waits until somebody has read all that the process wrote, which nobody might.
    """
    while process.returncode is None:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
    return process.returncode


class LocalExecutor:
    """Each run is a worker process; a crash or an out-of-memory kill takes down that run alone."""

    async def start(self, spec: RunSpec, folder: Path) -> "LocalRun":
        """Raises OSError if the folder cannot be written or no process can be started."""
        spec.save(folder)
        with (folder / LOG_FILE).open("ab") as log:
            process = await start_child(WORKER, str(folder), log=log)
        return LocalRun(process, folder)


class LocalRun:
    """A worker process, its commands and its events."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self._process = process
        self._folder = folder
        self._has_ended = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        return self._process.returncode

    async def events(self) -> AsyncIterator[list[Told]]:
        reason = ""
        try:
            output = self._process.stdout
            assert output is not None  # noqa: S101 - it was asked for
            async for told in batches(output):
                self._has_ended = any(_ends(entry.event) for entry in told)
                yield told
        except (LineTooLong, ValueError) as error:
            reason = f"The training process sent something that cannot be understood: {error}"
            await self.kill()
        returncode = await end_of(self._process)
        if not self._has_ended:
            reason = reason or explain_exit(returncode, str(self._folder / LOG_FILE))
            yield [Told.of(StateEvent(time=time.time(), state="failed", reason=reason))]

    async def send(self, command: Command) -> None:
        pipe = self._process.stdin
        assert pipe is not None  # noqa: S101 - it was asked for
        with suppress(BrokenPipeError, ConnectionResetError, RuntimeError):
            pipe.write(command.model_dump_json().encode() + b"\n")
            await pipe.drain()

    async def interrupt(self, timeout: float = 10.0) -> None:
        """Close its standard input, which it takes for the end of its owner."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(end_of(self._process), timeout)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        await end_of(self._process)


async def batches(output: asyncio.StreamReader) -> AsyncIterator[list[Told]]:
    """Events as they come, those that were read together at once.

    Raises:
        LineTooLong: a line is longer than an event may be.
        ValueError: a line is no event.

    """
    splitter = LineSplitter(MOST_BYTES_IN_AN_EVENT)
    while chunk := await output.read(MOST_BYTES_AT_ONCE):
        started = time.monotonic()
        lines = splitter.feed(chunk)
        if lines:
            yield [Told.parsed(line) for line in lines]
        if len(chunk) < MOST_BYTES_AT_ONCE and sum(map(len, lines)) > LONG_BATCH_BYTES:
            await asyncio.sleep(max(0.0, started + SECONDS_BETWEEN_LONG_BATCHES - time.monotonic()))


def _ends(event: Event) -> bool:
    return isinstance(event, StateEvent) and is_terminal(event.state)
