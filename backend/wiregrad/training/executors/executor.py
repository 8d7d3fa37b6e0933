"""What an executor promises."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from wiregrad.training.commands import Command
from wiregrad.training.events import Told
from wiregrad.training.spec import RunSpec


class RunHandle(Protocol):
    """A run that was started."""

    def events(self) -> AsyncIterator[list[Told]]:
        """Batches of events as they come; to be iterated once.

        The very last event is always a StateEvent of a terminal state: if the run could not send it, because
        it was killed, the executor does, with the reason.
        """
        ...

    async def send(self, command: Command) -> None:
        """Pass a command on. One that comes after the run's end does nothing."""
        ...

    @property
    def returncode(self) -> int | None:
        """The exit status once the run's process has ended; negative if a signal ended it."""
        ...

    async def interrupt(self, timeout: float) -> None:
        """Ask the run to save a checkpoint and end; kill it if it has not after `timeout` seconds."""
        ...

    async def kill(self) -> None:
        """End the run's process at once."""
        ...


class Executor(Protocol):
    """Starts runs."""

    async def start(self, spec: RunSpec, folder: Path) -> RunHandle:
        """Write the specification into `folder` and start the run there."""
        ...
