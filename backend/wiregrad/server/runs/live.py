"""The runs that have not ended, as this process knows them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from wiregrad.server.runs.log import EventLog
from wiregrad.server.runs.tail import Tail
from wiregrad.training.events import CheckpointEvent, Event, RunState, StartedEvent, StateEvent, Told
from wiregrad.training.executors import RunHandle
from wiregrad.training.states import is_terminal


@dataclass
class LiveRun:
    """What has been committed of a run, and the process that computes it, from its turn on."""

    id: UUID
    dataset: str | None
    tail: Tail
    has_turn: bool = False
    state: RunState = "queued"
    handle: RunHandle | None = None
    optimizers: tuple[str, ...] = ()
    checkpoints: int = 0
    checkpoint_step: int | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def has_ended(self) -> bool:
        return is_terminal(self.state)

    def begin(self, handle: RunHandle) -> None:
        self.handle = handle
        self._announce()

    async def commit(self, log: EventLog, told: Sequence[Told]) -> None:
        """Commit events, and only then let anyone see them."""
        logged = await log.append_soon(self.id, told)
        for entry in told:
            self._note(entry.event)
        self.tail.publish(logged)
        if self.has_ended:
            self.tail.end()
        self._announce()

    def _announce(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def give_up(self) -> None:
        """Nothing more can be written down about this run; what is committed stays as it is."""
        self.state = "failed"
        self.tail.end(complete=False)
        self._announce()

    def _note(self, event: Event) -> None:
        match event:
            case StateEvent():
                self.state = event.state
            case StartedEvent():
                self.optimizers = event.optimizers
            case CheckpointEvent():
                self.checkpoints += 1
                self.checkpoint_step = event.step
            case _:
                pass

    async def until(self, condition: Callable[[], bool], timeout: float) -> bool:
        """Wait until the condition holds, the run has ended or the time is up; whether it holds now."""
        try:
            async with asyncio.timeout(timeout):
                while not condition() and not self.has_ended:
                    await self._changed.wait()
        except TimeoutError:
            pass
        return condition()


class LiveRuns:
    """By id, in the order in which they were made."""

    def __init__(self) -> None:
        self._runs: dict[UUID, LiveRun] = {}

    def add(self, run_id: UUID, dataset: str | None, last_seq: int = 0) -> LiveRun:
        self._runs[run_id] = LiveRun(run_id, dataset, Tail(last_seq))
        return self._runs[run_id]

    def remove(self, run_id: UUID) -> None:
        self._runs.pop(run_id, None)

    def get(self, run_id: UUID) -> LiveRun | None:
        return self._runs.get(run_id)

    def tail(self, run_id: UUID) -> Tail | None:
        """None for a run that has ended: all that there is of its log is in the database."""
        run = self._runs.get(run_id)
        return run.tail if run else None

    def all(self) -> list[LiveRun]:
        return list(self._runs.values())
