"""Gives each run its turn in a process of its own, writes down what it says, and ends it in order."""

import asyncio
import logging
import time
from pathlib import Path
from uuid import UUID

from wiregrad.server.runs.live import LiveRun, LiveRuns
from wiregrad.server.runs.log import EventLog
from wiregrad.server.runs.store import RunStore
from wiregrad.server.runs.turns import Turns
from wiregrad.server.settings import ServerSettings
from wiregrad.training.commands import Interrupt
from wiregrad.training.events import RunState, StateEvent, Told
from wiregrad.training.executors import LocalExecutor
from wiregrad.training.spec import START_FILE, RunSpec

log = logging.getLogger("wiregrad.server")

START_WITHIN = 10.0
"""Seconds that a process may take to be there; it computes nothing yet then."""

INTERRUPT_WITHIN = 15.0
"""Seconds that a run has to save its weights when the server stops."""

CLOSED = "Wiregrad was closed. The weights were saved."
KILLED = (
    "Wiregrad ended without closing this run. The log is complete up to here; the last checkpoint is kept."
)
NEVER_STARTED = "Stopped before it began."


class Execution:
    """Used from the event loop only."""

    def __init__(
        self, store: RunStore, event_log: EventLog, datasets_folder: Path, settings: ServerSettings
    ) -> None:
        self.live = LiveRuns()
        self._store = store
        self._log = event_log
        self._datasets_folder = datasets_folder
        self._folders = settings.data_dir / "runs"
        self._executor = LocalExecutor()
        self._turns = Turns(settings.concurrent_runs, self.live.all)
        self._tasks: dict[UUID, asyncio.Task[None]] = {}

    def folder(self, run_id: UUID) -> Path:
        """Where the run's specification, weights and worker log are."""
        return self._folders / str(run_id)

    async def open(self) -> None:
        """Runs that a killed server left are interrupted; those that had not begun are queued again."""
        for record in await asyncio.to_thread(self._store.unfinished):
            run = self.live.add(record.id, record.training.dataset, record.last_seq)
            run.state = record.state
            if record.state == "queued":
                self._attend_later(run)
            else:
                await self._say(run, "interrupted", KILLED)
                self.live.remove(run.id)

    async def close(self) -> None:
        """Let every run save its weights and end; runs that wait stay queued for the next start."""
        self._log.hurry()
        tasks = list(self._tasks.values())
        runs = self.live.all()
        for run in runs:
            self._withdraw(run)
        await asyncio.gather(*(self._interrupt(run) for run in runs))
        await asyncio.gather(*tasks, return_exceptions=True)

    async def enqueue(self, run_id: UUID, dataset: str | None, last_seq: int = 0, reason: str = "") -> None:
        """Take in a run that was just made, or one that is to go on."""
        run = self.live.add(run_id, dataset, last_seq)
        await self._say(run, "queued", reason)
        self._attend_later(run)
        await asyncio.to_thread(self._store.rank, self.waiting())

    def waiting(self) -> list[UUID]:
        """The runs that wait for their turn, the next one first."""
        return self._turns.waiting()

    async def move(self, run: LiveRun, position: int) -> None:
        """Give a waiting run another place in the queue."""
        self._turns.move(run, position)
        await asyncio.to_thread(self._store.rank, self.waiting())

    async def until_gone(self, run_id: UUID) -> bool:
        """Whether nothing attends to this run any more, after waiting a moment for one that has ended."""
        task, run = self._tasks.get(run_id), self.live.get(run_id)
        if task is not None and run is not None and run.has_ended:
            await asyncio.wait({task}, timeout=INTERRUPT_WITHIN)
        return self.live.get(run_id) is None

    async def stop_waiting(self, run: LiveRun) -> None:
        """End a run that has not had its turn yet; who asks second finds nothing left to do."""
        if self._withdraw(run):
            await self._say(run, "stopped", NEVER_STARTED)
            self.live.remove(run.id)

    def _attend_later(self, run: LiveRun) -> None:
        self._turns.join(run)
        task = asyncio.create_task(self._attend(run), name=f"run {run.id}")
        self._tasks[run.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(run.id, None))

    def _withdraw(self, run: LiveRun) -> bool:
        """Let a run that waits for its turn wait no longer; whether it did until now."""
        task = None if run.has_turn else self._tasks.pop(run.id, None)
        if task is not None:
            self._turns.leave(run)
        return task is not None and task.cancel()

    async def _interrupt(self, run: LiveRun) -> None:
        if run.has_turn and await run.until(lambda: run.handle is not None, START_WITHIN):
            assert run.handle is not None  # noqa: S101 - this was the condition
            await run.handle.send(Interrupt(reason=CLOSED))
            await run.handle.interrupt(INTERRUPT_WITHIN)

    async def _attend(self, run: LiveRun) -> None:
        """From waiting to the last event. A defect of ours must not leave a run that seems to live."""
        try:
            await self._turns.take(run)
            await self._execute(run)
        except Exception as error:
            log.exception("attending to run %s failed", run.id)
            await self._end_after_defect(run, error)
        finally:
            if run.has_ended:
                self.live.remove(run.id)
            self._turns.reconsider()

    async def _execute(self, run: LiveRun) -> None:
        detail = await asyncio.to_thread(self._store.detail, run.id)
        start = self.folder(run.id) / START_FILE
        start_from = start if detail.start_from is not None and start.exists() else None
        spec = RunSpec.of(detail.graph, detail.training, self._datasets_folder, start_from)
        try:
            handle = await self._executor.start(spec, self.folder(run.id))
        except OSError as error:
            await self._say(run, "failed", f"The training process could not be started: {error}.")
            return
        run.begin(handle)
        async for told in handle.events():
            await self._commit(run, told)

    async def _end_after_defect(self, run: LiveRun, error: Exception) -> None:
        if run.handle is not None:
            await run.handle.kill()
        if run.has_ended:
            return
        reason = f"Wiregrad could not go on with this run ({type(error).__name__}); its log has more."
        try:
            await self._say(run, "failed", reason)
        except Exception:
            log.exception("the end of run %s could not be written down", run.id)
            run.give_up()

    async def _say(self, run: LiveRun, state: RunState, reason: str = "") -> None:
        await self._commit(run, [Told.of(StateEvent(time=time.time(), state=state, reason=reason))])

    async def _commit(self, run: LiveRun, told: list[Told]) -> None:
        await run.commit(self._log, told)
        self._turns.reconsider()
