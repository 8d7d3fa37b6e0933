"""What can be asked of the server about runs: make them, read them, command them."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from wiregrad.graph.report import Problem
from wiregrad.server.datasets import Datasets
from wiregrad.server.errors import Refusal, illegal_now, invalid
from wiregrad.server.runs.execution import START_WITHIN, Execution
from wiregrad.server.runs.live import LiveRun
from wiregrad.server.runs.log import EventLog, page_of
from wiregrad.server.runs.store import RunStore
from wiregrad.server.schema.runs import LearningRateChange, NewRun, RunDetail, RunRecord
from wiregrad.server.trainable import require_trainable
from wiregrad.training.commands import (
    Command,
    Pause,
    Probe,
    Resume,
    SaveCheckpoint,
    SetLearningRate,
    SingleStep,
    Stop,
)
from wiregrad.training.events import RunState
from wiregrad.training.spec import MODEL_FILE, START_FILE
from wiregrad.training.states import OBEYED_IN, IllegalTransition, RunCommand, require_obeyed

ANSWER_WITHIN = 1.0
"""Seconds that a command's answer waits for the run to obey; after a longer step, events tell."""

CONTINUED = "Continued from its last checkpoint."

RecordT = TypeVar("RecordT", bound=RunRecord)

SAVE_WITHIN = 30.0
"""Seconds that a run may take to save its weights for someone who asks them."""


class Runs:
    """Used from the event loop. Unknown ids are refused with 404, commands out of season with 409."""

    def __init__(
        self, store: RunStore, event_log: EventLog, execution: Execution, datasets: Datasets
    ) -> None:
        self._store = store
        self._log = event_log
        self._execution = execution
        self._live = execution.live
        self._datasets = datasets

    async def create(self, new: NewRun) -> RunRecord:
        """Queue a run; refused with 422 and all problems if it cannot be trained."""
        training = new.training or new.graph.training
        await asyncio.to_thread(require_trainable, self._datasets, new.graph, training)
        run_id = uuid4()
        if new.start_from is not None:
            await self._copy_weights(new.start_from, run_id)
        try:
            await asyncio.to_thread(self._store.create, run_id, new, training)
        except BaseException:
            shutil.rmtree(self.folder(run_id), ignore_errors=True)
            raise
        await self._execution.enqueue(run_id, training.dataset)
        return await self.record(run_id)

    async def _copy_weights(self, source: UUID, run_id: UUID) -> None:
        """Into the folder of the new run, so that it can start even if the other one is deleted."""
        try:
            await self.with_weights_saved(source)
        except Refusal as refusal:
            raise invalid(f"There is no run {source} whose weights this could start from.") from refusal
        weights, folder = self.folder(source) / MODEL_FILE, self.folder(run_id)
        if not weights.exists():
            raise invalid(f"The run {source} has no weights yet that another one could start from.")
        await asyncio.to_thread(folder.mkdir, mode=0o700, parents=True)
        await asyncio.to_thread(shutil.copyfile, weights, folder / START_FILE)

    async def go_on(self, run_id: UUID) -> RunRecord:
        """Queue a run again that was interrupted or has failed; it continues from its last checkpoint."""
        await self._execution.until_gone(run_id)
        found = await self.detail(run_id)
        self._require(found.state, "continue")
        await asyncio.to_thread(require_trainable, self._datasets, found.graph, found.training)
        if self._live.get(run_id) is not None:
            raise illegal_now("This run is being continued already.")
        await self._execution.enqueue(run_id, found.training.dataset, found.last_seq, CONTINUED)
        return await self.record(run_id)

    async def move(self, run_id: UUID, position: int) -> RunRecord:
        """Give a run that waits for its turn another place in the queue."""
        run = await self._obeying(run_id, "move")
        await self._execution.move(run, position)
        return await self.record(run_id)

    # Reading

    async def record(self, run_id: UUID) -> RunRecord:
        return self._in_queue(await asyncio.to_thread(self._store.record, run_id))

    async def detail(self, run_id: UUID) -> RunDetail:
        return self._in_queue(await asyncio.to_thread(self._store.detail, run_id))

    async def records(self, graph_id: UUID | None, limit: int) -> list[RunRecord]:
        found = await asyncio.to_thread(self._store.records, graph_id, limit)
        return [self._in_queue(record) for record in found]

    def _in_queue(self, record: RecordT) -> RecordT:
        """The record with its place in the queue, which only this process knows."""
        waiting = self._execution.waiting()
        if record.state != "queued" or record.id not in waiting:
            return record
        return record.model_copy(update={"queue_position": waiting.index(record.id) + 1})

    async def events(self, run_id: UUID, after: int, limit: int, thin: int | None) -> str:
        """Return an EventsPage as JSON text."""
        page = await asyncio.to_thread(self._log.page, run_id, after, limit, thin)
        return page_of(page, after)

    def datasets_in_use(self) -> set[str]:
        """Ids of the datasets that live runs read or will read."""
        return {run.dataset for run in self._live.all() if run.dataset is not None and not run.has_ended}

    def folder(self, run_id: UUID) -> Path:
        return self._execution.folder(run_id)

    # Commands

    async def pause(self, run_id: UUID) -> RunRecord:
        run = await self._obeying(run_id, "pause")
        return await self._command(run, Pause(), lambda: run.state == "paused")

    async def resume(self, run_id: UUID) -> RunRecord:
        run = await self._obeying(run_id, "resume")
        return await self._command(run, Resume(), lambda: run.state == "running")

    async def step(self, run_id: UUID) -> RunRecord:
        run = await self._obeying(run_id, "step")
        before = run.tail.last_seq
        return await self._command(run, SingleStep(), lambda: run.tail.last_seq > before)

    async def stop(self, run_id: UUID) -> RunRecord:
        run = await self._obeying(run_id, "stop")
        if not run.has_turn:
            await self._execution.stop_waiting(run)
        return await self._command(run, Stop(), lambda: run.has_ended)

    async def checkpoint(self, run_id: UUID) -> RunRecord:
        run = await self._obeying(run_id, "checkpoint")
        return await self._command(run, SaveCheckpoint(), _checkpointed(run))

    async def with_weights_saved(self, run_id: UUID) -> RunRecord:
        """The run after its present weights, if it has any, are on disk."""
        record = await self.record(run_id)
        run = self._live.get(run_id)
        if run is None or run.state not in OBEYED_IN["checkpoint"] or run.checkpoint_step == record.step:
            return record
        return await self._command(run, SaveCheckpoint(), _checkpointed(run), SAVE_WITHIN)

    async def set_learning_rate(self, run_id: UUID, change: LearningRateChange) -> RunRecord:
        run = await self._obeying(run_id, "learning_rate")
        if run.optimizers and change.optimizer not in run.optimizers:
            raise _unknown_optimizer(change.optimizer, run.optimizers)
        before = run.tail.last_seq
        command = SetLearningRate(optimizer=change.optimizer, value=change.value)
        return await self._command(run, command, lambda: run.tail.last_seq > before)

    async def probe(self, run_id: UUID, nodes: tuple[str, ...]) -> RunRecord:
        run = await self._obeying(run_id, "probe")
        return await self._command(run, Probe(nodes=nodes), lambda: True)

    async def _obeying(self, run_id: UUID, command: RunCommand) -> LiveRun:
        run = self._live.get(run_id)
        self._require(run.state if run else (await self.record(run_id)).state, command)
        if run is None:
            raise illegal_now("This run is about to end.")
        return run

    def _require(self, state: RunState, command: RunCommand) -> None:
        try:
            require_obeyed(state, command)
        except IllegalTransition as error:
            raise illegal_now(str(error)) from None

    async def _command(
        self, run: LiveRun, command: Command, obeyed: Callable[[], bool], within: float = ANSWER_WITHIN
    ) -> RunRecord:
        if await run.until(lambda: run.handle is not None, START_WITHIN) and run.handle is not None:
            await run.handle.send(command)
            await run.until(obeyed, within)
        return await self.record(run.id)

    async def delete(self, run_id: UUID) -> None:
        await asyncio.to_thread(self._store.delete, run_id)
        self._live.remove(run_id)  # its process may be about to exit still
        await asyncio.to_thread(shutil.rmtree, self.folder(run_id), ignore_errors=True)


def _checkpointed(run: LiveRun) -> Callable[[], bool]:
    before = run.checkpoints
    return lambda: run.checkpoints > before


def _unknown_optimizer(name: str, known: tuple[str, ...]) -> Refusal:
    there = ", ".join(known)
    problem = Problem(
        code="unknown_optimizer",
        message=f"The run has no Optimizer called {name!r}.",
        expected=f"one of: {there}",
        got=repr(name),
        remedy="Use a name that the run's `started` event lists.",
    )
    return invalid(f"The run has no Optimizer called {name!r}; it has: {there}.", [problem])
