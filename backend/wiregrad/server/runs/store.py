"""The rows of runs. What happens to a run is in its log; see `log.py` for how the two stay together."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from wiregrad.graph.document import TrainingSettings
from wiregrad.graph.formats import parse
from wiregrad.server.database.database import Database
from wiregrad.server.database.tables import GraphRow, RunRow
from wiregrad.server.errors import illegal_now, invalid, not_found
from wiregrad.server.schema.runs import NewRun, RunDetail, RunRecord
from wiregrad.training.states import TERMINAL, is_terminal


class RunStore:
    """All methods may be called from any thread. Unknown ids are refused with 404."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, run_id: UUID, new: NewRun, training: TrainingSettings) -> RunRecord:
        """Make a queued run without any event; `graph_id` has to be a stored graph's, if it is given."""
        graph, graph_id = new.graph, new.graph_id
        with self._database.writing() as session:
            if graph_id is not None and session.get(GraphRow, graph_id) is None:
                raise invalid(f"There is no stored graph {graph_id} that this could be a run of.")
            row = RunRow(
                id=run_id,
                graph_id=graph_id,
                name=graph.name,
                state="queued",
                reason="",
                step=0,
                last_seq=0,
                created_at=datetime.now(UTC),
                training=training.model_dump_json(),
                graph=graph.model_dump_json(),
                start_from=new.start_from,
            )
            session.add(row)
            session.flush()
            return _record(row)

    def records(self, graph_id: UUID | None, limit: int) -> list[RunRecord]:
        """Newest first."""
        chosen = select(RunRow).order_by(RunRow.created_at.desc(), RunRow.id).limit(limit)
        if graph_id is not None:
            chosen = chosen.where(RunRow.graph_id == graph_id)
        with self._database.reading() as session:
            return [_record(row) for row in session.scalars(chosen)]

    def record(self, run_id: UUID) -> RunRecord:
        with self._database.reading() as session:
            return _record(_existing(session, run_id))

    def detail(self, run_id: UUID) -> RunDetail:
        with self._database.reading() as session:
            row = _existing(session, run_id)
            graph = parse(json.loads(row.graph))
            return RunDetail(**_record(row).model_dump(), graph=graph)

    def unfinished(self) -> list[RunRecord]:
        """List the runs that have not ended: those that wait in the order of the queue."""
        chosen = select(RunRow).where(RunRow.state.not_in(TERMINAL))
        chosen = chosen.order_by(RunRow.queue_rank.nulls_last(), RunRow.created_at, RunRow.id)
        with self._database.reading() as session:
            return [_record(row) for row in session.scalars(chosen)]

    def rank(self, waiting: Sequence[UUID]) -> None:
        """Write down in which order runs wait for their turn."""
        with self._database.writing() as session:
            for rank, run_id in enumerate(waiting, 1):
                session.execute(update(RunRow).where(RunRow.id == run_id).values(queue_rank=rank))

    def delete(self, run_id: UUID) -> None:
        """Delete an ended run and its log."""
        with self._database.writing() as session:
            row = _existing(session, run_id)
            if not is_terminal(row.state):
                raise illegal_now(f"This run is {row.state}. Stop it before deleting it.")
            session.delete(row)


def _existing(session: Session, run_id: UUID) -> RunRow:
    row = session.get(RunRow, run_id)
    if row is None:
        raise not_found(f"There is no run {run_id}. It may have been deleted.")
    return row


def _record(row: RunRow) -> RunRecord:
    return RunRecord(
        id=row.id,
        state=row.state,
        reason=row.reason,
        graph_id=row.graph_id,
        name=row.name,
        backend=row.backend,
        device=row.device,
        step=row.step,
        total_steps=row.total_steps,
        last_seq=row.last_seq,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        training=TrainingSettings.model_validate_json(row.training),
        start_from=row.start_from,
    )
