"""The tables. A change here needs a migration in `migrations/versions`; a test compares the two."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, MetaData, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import BigInteger, TypeDecorator

from wiregrad.training.events import RunState

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time in UTC; SQLite itself forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return None if value is None else value.replace(tzinfo=UTC)


class Table(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012 - SQLAlchemy reads it from the class


class GraphRow(Table):
    """A stored graph; what it looks like is in its current revision."""

    __tablename__ = "graphs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    revision: Mapped[int]
    name: Mapped[str] = mapped_column(String(128))
    node_count: Mapped[int]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RevisionRow(Table):
    """One saved state of a graph, as JSON."""

    __tablename__ = "graph_revisions"

    graph_id: Mapped[UUID] = mapped_column(ForeignKey("graphs.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(128))
    saved_at: Mapped[datetime]
    document: Mapped[str] = mapped_column(Text)


class RunRow(Table):
    """A run and where it stands; what happened is in its events. `last_seq` is its last event's number.

    The graph may be large and is only read where it is asked for. `start_from` is the run whose weights it
    began with, which may have been deleted since. `queue_rank` orders the runs that wait for their turn.
    """

    __tablename__ = "runs"
    __table_args__ = (Index(None, "created_at"), Index(None, "graph_id"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    graph_id: Mapped[UUID | None] = mapped_column(ForeignKey("graphs.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(128))
    state: Mapped[RunState] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    backend: Mapped[str | None] = mapped_column(String(64))
    device: Mapped[str | None] = mapped_column(String(256))
    step: Mapped[int] = mapped_column(BigInteger, default=0)
    total_steps: Mapped[int | None] = mapped_column(BigInteger)
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    training: Mapped[str] = mapped_column(Text)
    graph: Mapped[str] = mapped_column(Text, deferred=True)
    start_from: Mapped[UUID | None]
    queue_rank: Mapped[int | None]


class EventRow(Table):
    """One event of a run's log, as JSON. `seq` counts from 1 without gaps."""

    __tablename__ = "events"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy reads it from the class

    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    body: Mapped[str] = mapped_column(Text)
