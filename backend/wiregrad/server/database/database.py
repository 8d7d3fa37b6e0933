"""Connections and transactions. One connection writes, in one process; any number of others read.

SQLite is set to lose nothing that was committed, power loss included: WAL with `synchronous=FULL`. Only the
writing connection checkpoints the WAL, which also keeps clear of a bug of SQLite before 3.51.3 that two
checkpointing connections can meet.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from wiregrad.server.database.upgrade import DatabaseTooNew, upgrade

BUSY_TIMEOUT_MS = 10_000
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA foreign_keys=ON",
)
READER_PRAGMAS = ("PRAGMA query_only=ON", "PRAGMA wal_autocheckpoint=0")


class DatabaseUnusable(Exception):  # noqa: N818 - named for the person who reads it
    """The server cannot work with its database; the message says why."""


class Database:
    """Opens the database at `url` and brings its tables up to date."""

    def __init__(self, url: str) -> None:
        """Raise DatabaseUnusable for a database that cannot be opened or is of a newer version."""
        try:
            self.url = make_url(url)
            self._writer = _engine(self.url, pool_size=1, max_overflow=0)
            with self._writer.connect() as connection:
                upgrade(connection)
            self._readers = _engine(self.url, pool_size=8, max_overflow=8, reads_only=True)
        except DatabaseTooNew as error:
            raise DatabaseUnusable(str(error)) from error
        except (SQLAlchemyError, ModuleNotFoundError) as error:
            raise DatabaseUnusable(f"The database cannot be opened: {_in_words(error)}.") from error

    @property
    def name(self) -> str:
        """The URL without its password."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that may write: committed at the end, rolled back by an exception. One at a time."""
        with Session(self._writer) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent state of the database; cannot write."""
        with Session(self._readers) as session:
            yield session

    def answers(self) -> bool:
        try:
            with self.reading() as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        self._readers.dispose()
        self._writer.dispose()


def _in_words(error: Exception) -> str:
    """What the driver says, without SQLAlchemy's wrapping."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).partition("\n")[0].rstrip(".")


def _engine(url: URL, *, pool_size: int, max_overflow: int, reads_only: bool = False) -> Engine:
    engine = create_engine(url, pool_size=pool_size, max_overflow=max_overflow)
    if url.get_backend_name() == "sqlite":
        _prepare_sqlite(engine, reads_only=reads_only)
    return engine


def _prepare_sqlite(engine: Engine, *, reads_only: bool) -> None:
    begin = "BEGIN" if reads_only else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def _set_pragmas(connection: DBAPIConnection, _record: object) -> None:
        connection.isolation_level = None  # the driver must not open transactions of its own
        cursor = connection.cursor()
        for pragma in (*SQLITE_PRAGMAS, *(READER_PRAGMAS if reads_only else ())):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
