"""The log of a run in the database: events are numbered when they are committed, and only then exist.

The run's row says where the log has led to. It changes in the same transaction as the log, so that state and
log can never disagree, whenever the process is killed.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from wiregrad.server.database.database import Database
from wiregrad.server.database.tables import EventRow, RunRow
from wiregrad.server.errors import not_found
from wiregrad.server.runs.thinning import LoggedText, fresh
from wiregrad.training.events import (
    EpochEvent,
    Event,
    ResultEvent,
    StartedEvent,
    StateEvent,
    StepsEvent,
    Told,
)
from wiregrad.training.states import advance, is_terminal

log = logging.getLogger("wiregrad.server")

PATIENCE = 60.0
SECONDS_BETWEEN_ATTEMPTS = 0.5

ROWS_AT_ONCE = 10
"""An event may hold thousands of losses, so that few are read ahead of what a page takes."""

PAGE_BYTES = 512 * 1024
"""A page ends with the event that exceeds this, so that it fits into one frame of any websocket client."""


@dataclass(frozen=True, slots=True)
class LogPage:
    """Consecutive events. `more` is false if the log ended with them when it was read."""

    events: Sequence[LoggedText]
    more: bool


def frame_of(events: Sequence[LoggedText]) -> str:
    """The text of an EventFrame."""
    return f'{{"events":[{",".join(map(str, events))}]}}'


def page_of(page: LogPage, after: int) -> str:
    """The text of an EventsPage."""
    next_after = page.events[-1].seq if page.events else after
    return f'{frame_of(page.events)[:-1]},"next_after":{next_after},"more":{str(page.more).lower()}}}'


class EventLog:
    """All methods may be called from any thread, but only one at a time appends to a run."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._writer = ThreadPoolExecutor(1, "event-log")
        self._patience = PATIENCE

    async def append_soon(self, run_id: UUID, told: Sequence[Told]) -> list[LoggedText]:
        """`append` in a thread of its own, which no number of readers can keep busy.

        A disk that is full or does not answer may recover; until it does, the run waits, since nobody takes
        its events. After a minute the error is raised after all.
        """
        loop = asyncio.get_running_loop()
        started = loop.time()
        while True:
            try:
                return await loop.run_in_executor(self._writer, self.append, run_id, told)
            except OperationalError as error:
                if loop.time() > started + self._patience:
                    raise
                log.warning("events of run %s cannot be stored at the moment: %s", run_id, error.orig)
                await asyncio.sleep(SECONDS_BETWEEN_ATTEMPTS)

    def hurry(self) -> None:
        """Be patient no longer, because the server stops."""
        self._patience = 0.0

    def close(self) -> None:
        self._writer.shutdown()

    def append(self, run_id: UUID, told: Sequence[Told]) -> list[LoggedText]:
        """Commit events in order. When this returns they have numbers and survive whatever happens.

        Raises:
            IllegalTransition: an event is of a state that the run cannot enter; nothing is committed.

        """
        with self._database.writing() as session:
            run = session.get_one(RunRow, run_id)
            logged = [fresh(run.last_seq + place, entry) for place, entry in enumerate(told, 1)]
            for entry in told:
                apply(entry.event, run)
            run.last_seq += len(logged)
            if logged:
                rows = [{"run_id": run_id, "seq": entry.seq, "body": entry.body} for entry in logged]
                session.execute(insert(EventRow), rows)
            return logged

    def page(self, run_id: UUID, after: int, limit: int, thin: int | None = None) -> LogPage:
        """Up to `limit` events from `after` + 1 on; a run that does not exist is refused with 404.

        With `thin`, no event has more than so many losses of an Optimizer.
        """
        with self._database.reading() as session:
            run = session.get(RunRow, run_id)
            if run is None:
                raise not_found(f"There is no run {run_id}. It may have been deleted.")
            stored = _stored(session, run_id, after, limit)
            found = stored if thin is None else (event.thinned(thin) for event in stored)
            events = list(within_bytes(found))
            return LogPage(events, more=bool(events) and events[-1].seq < run.last_seq)


def _stored(session: Session, run_id: UUID, after: int, limit: int) -> Iterator[LoggedText]:
    chosen = select(EventRow.seq, EventRow.body).where(EventRow.run_id == run_id, EventRow.seq > after)
    rows = session.execute(
        chosen.order_by(EventRow.seq).limit(limit).execution_options(yield_per=ROWS_AT_ONCE)
    )
    return (LoggedText(row.seq, row.body) for row in rows)


def within_bytes(events: Iterator[LoggedText]) -> Iterator[LoggedText]:
    """As many as one frame may hold, at least one: common clients refuse messages above 1 MiB."""
    size = 0
    for event in events:
        size += len(event.body)
        if size > PAGE_BYTES and size > len(event.body):
            return
        yield event


def apply(event: Event, run: RunRow) -> None:
    """Move a run's row on by one event of its log."""
    match event:
        case StateEvent():
            _enter(event, run)
        case StartedEvent():
            run.backend, run.device = event.backend, event.device
            run.step, run.total_steps = event.step, event.total_steps
            run.started_at = run.started_at or datetime.now(UTC)
        case StepsEvent():
            run.step = event.first_step + max(map(len, event.losses.values()), default=0) - 1
        case EpochEvent() | ResultEvent():
            run.step = event.step
        case _:
            pass


def _enter(event: StateEvent, run: RunRow) -> None:
    if run.last_seq or run.state != event.state:  # the first event says the state that the row was made with
        run.state = advance(run.state, event.state)
    run.reason = event.reason
    run.ended_at = datetime.now(UTC) if is_terminal(event.state) else None
