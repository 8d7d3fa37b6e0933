"""Stored graphs: each save is a new revision, and nobody overwrites what they have not seen."""

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from wiregrad.graph.document import GraphDocument
from wiregrad.graph.formats import parse
from wiregrad.server.database.database import Database
from wiregrad.server.database.tables import GraphRow, RevisionRow
from wiregrad.server.errors import conflict, not_found
from wiregrad.server.limits import KEPT_REVISIONS
from wiregrad.server.schema.graphs import GraphRecord, GraphSummary, GraphVersion


class GraphStore:
    """All methods may be called from any thread. Unknown ids and revisions are refused with 404."""

    def __init__(self, database: Database, kept_revisions: int = KEPT_REVISIONS) -> None:
        self._database = database
        self._kept_revisions = kept_revisions

    def summaries(self) -> list[GraphSummary]:
        """Every stored graph, last changed first."""
        with self._database.reading() as session:
            rows = session.scalars(select(GraphRow).order_by(GraphRow.updated_at.desc(), GraphRow.id)).all()
            return [_summary(row) for row in rows]

    def create(self, document: GraphDocument) -> GraphRecord:
        now = datetime.now(UTC)
        row = GraphRow(
            id=uuid4(),
            revision=1,
            name=document.name,
            node_count=len(document.nodes),
            created_at=now,
            updated_at=now,
        )
        with self._database.writing() as session:
            session.add(row)
            session.flush()
            session.add(_revision(row, document))
            return _record(row, document)

    def current(self, graph_id: UUID) -> GraphRecord:
        with self._database.reading() as session:
            return _stored_record(session, _existing(session, graph_id))

    def save(self, graph_id: UUID, document: GraphDocument, *, based_on: int) -> GraphRecord:
        """Make `document` the next revision; a conflict (409) unless `based_on` is the current one."""
        with self._database.writing() as session:
            row = _existing(session, graph_id)
            if row.revision != based_on:
                raise conflict(
                    f"The graph was saved elsewhere: it is at revision {row.revision}, and this change was "
                    f"made from revision {based_on}. Load the current one, or save yours as a new graph.",
                    row.revision,
                )
            row.revision += 1
            row.name = document.name
            row.node_count = len(document.nodes)
            row.updated_at = datetime.now(UTC)
            session.add(_revision(row, document))
            self._forget_oldest(session, row)
            return _record(row, document)

    def _forget_oldest(self, session: Session, row: GraphRow) -> None:
        session.execute(
            delete(RevisionRow).where(
                RevisionRow.graph_id == row.id, RevisionRow.revision <= row.revision - self._kept_revisions
            )
        )

    def delete(self, graph_id: UUID) -> None:
        with self._database.writing() as session:
            session.delete(_existing(session, graph_id))

    def versions(self, graph_id: UUID) -> list[GraphVersion]:
        """List the kept revisions, newest first."""
        with self._database.reading() as session:
            _existing(session, graph_id)
            rows = session.execute(
                select(RevisionRow.revision, RevisionRow.saved_at, RevisionRow.name)
                .where(RevisionRow.graph_id == graph_id)
                .order_by(RevisionRow.revision.desc())
            )
            return [GraphVersion(revision=row.revision, saved_at=row.saved_at, name=row.name) for row in rows]

    def version(self, graph_id: UUID, revision: int) -> GraphRecord:
        with self._database.reading() as session:
            return _stored_record(session, _existing(session, graph_id), revision)


def _existing(session: Session, graph_id: UUID) -> GraphRow:
    row = session.get(GraphRow, graph_id)
    if row is None:
        raise not_found(f"There is no graph {graph_id}. It may have been deleted.")
    return row


def _stored_record(session: Session, row: GraphRow, revision: int | None = None) -> GraphRecord:
    wanted = row.revision if revision is None else revision
    stored = session.get(RevisionRow, (row.id, wanted))
    if stored is None:
        raise not_found(
            f"Graph {row.id} has no revision {wanted}; it is at revision {row.revision}, and old revisions "
            "are not kept for ever."
        )
    document = parse(json.loads(stored.document))
    return GraphRecord(
        id=row.id,
        revision=stored.revision,
        graph=document,
        created_at=row.created_at,
        updated_at=stored.saved_at,
    )


def _revision(row: GraphRow, document: GraphDocument) -> RevisionRow:
    return RevisionRow(
        graph_id=row.id,
        revision=row.revision,
        name=row.name,
        saved_at=row.updated_at,
        document=document.model_dump_json(),
    )


def _record(row: GraphRow, document: GraphDocument) -> GraphRecord:
    return GraphRecord(
        id=row.id,
        revision=row.revision,
        graph=document,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _summary(row: GraphRow) -> GraphSummary:
    return GraphSummary(
        id=row.id,
        name=row.name,
        revision=row.revision,
        updated_at=row.updated_at,
        node_count=row.node_count,
    )
