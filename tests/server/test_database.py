"""Tables, migrations, and what the database promises when something goes wrong."""

import asyncio
import sqlite3
import time
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from wiregrad.graph.document import GraphDocument
from wiregrad.server.database.database import Database, DatabaseUnusable
from wiregrad.server.database.graphs import GraphStore
from wiregrad.server.database.tables import EventRow, RunRow, Table
from wiregrad.server.database.upgrade import HEAD, MIGRATIONS
from wiregrad.server.runs.log import EventLog
from wiregrad.server.runs.store import RunStore
from wiregrad.server.schema.runs import NewRun, RunRecord
from wiregrad.training.events import MessageEvent, RunState, StateEvent, Told
from wiregrad.training.states import IllegalTransition


def url(folder: Path) -> str:
    return f"sqlite:///{folder / 'wiregrad.sqlite3'}"


@pytest.fixture
def database(tmp_path: Path):  # type: ignore[no-untyped-def]
    database = Database(url(tmp_path))
    yield database
    database.close()


def message(text: object) -> Told:
    return Told.of(MessageEvent(time=time.time(), level="info", text=str(text)))


def made(store: RunStore) -> RunRecord:
    """A run that waits for its turn, without a log."""
    graph = GraphDocument()
    return store.create(uuid4(), NewRun(graph=graph), graph.training)


def state(name: RunState) -> Told:
    return Told.of(StateEvent(time=time.time(), state=name))


def test_the_newest_migration_is_the_one_that_is_named() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_the_migrations_make_the_tables_that_the_code_describes(database: Database) -> None:
    with database._writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []


def test_what_was_stored_is_there_after_opening_again(tmp_path: Path) -> None:
    first = Database(url(tmp_path))
    record = GraphStore(first).create(GraphDocument(name="Kept"))
    first.close()
    second = Database(url(tmp_path))
    assert GraphStore(second).current(record.id) == record
    second.close()


def test_a_database_of_a_newer_version_is_not_touched(tmp_path: Path) -> None:
    Database(url(tmp_path)).close()
    with sqlite3.connect(tmp_path / "wiregrad.sqlite3") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(DatabaseUnusable, match="newer version of Wiregrad"):
        Database(url(tmp_path))


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "wiregrad.sqlite3").write_bytes(b"something else" * 1000)
    with pytest.raises(DatabaseUnusable, match="file is not a database"):
        Database(url(tmp_path))


@pytest.mark.parametrize("address", ["nonsense", "sqlite:////no/such/folder/file", "nosuch://host/name"])
def test_an_address_that_leads_nowhere_is_said_in_words(address: str) -> None:
    with pytest.raises(DatabaseUnusable, match="cannot be opened"):
        Database(address)


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 10_000)],
)
def test_nothing_that_was_committed_is_lost(database: Database, pragma: str, value: object) -> None:
    with database.writing() as session:
        assert session.scalar(text(f"PRAGMA {pragma}")) == value


def test_readers_cannot_write(database: Database) -> None:
    with database.reading() as session, pytest.raises(OperationalError, match="readonly"):
        session.execute(text("DELETE FROM graphs"))


def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    store = RunStore(database)
    run = made(store)
    log = EventLog(database)
    log.append(run.id, [state("queued")])
    with pytest.raises(IllegalTransition):
        log.append(run.id, [message(1), state("starting"), state("completed")])
    with database.reading() as session:
        assert len(session.scalars(select(EventRow)).all()) == 1
        assert session.get_one(RunRow, run.id).state == "queued"
    assert [entry.seq for entry in log.append(run.id, [message(2)])] == [2]


def test_nothing_follows_the_end_of_a_run_but_words(database: Database) -> None:
    store, log = RunStore(database), EventLog(database)
    run = made(store)
    log.append(run.id, [state("queued"), state("stopped")])
    assert store.record(run.id).ended_at is not None
    with pytest.raises(IllegalTransition):
        log.append(run.id, [state("running")])


def test_numbers_have_no_gap_over_many_batches(database: Database) -> None:
    store, log = RunStore(database), EventLog(database)
    run = made(store)
    for size in (0, 1, 7, 0, 50):
        log.append(run.id, [message(number) for number in range(size)])
    page = log.page(run.id, 0, 1_000)
    assert [entry.seq for entry in page.events] == list(range(1, 59))
    assert page.more is False
    assert store.record(run.id).last_seq == 58


def test_a_page_ends_before_it_is_too_large_for_a_frame(database: Database) -> None:
    store, log = RunStore(database), EventLog(database)
    run = made(store)
    long = [message("x" * 200_000)] * 8
    log.append(run.id, long)
    page = log.page(run.id, 0, 1_000)
    assert (len(page.events), page.more) == (2, True)


def test_a_full_disk_makes_the_log_wait_and_lose_nothing(database: Database) -> None:
    store, log = RunStore(database), EventLog(database)
    run = made(store)
    long = [message("x" * 100_000)] * 20

    async def fill_the_disk_and_free_it() -> list[int]:
        _limit_pages(database, 20)
        append = asyncio.create_task(log.append_soon(run.id, long))
        await asyncio.sleep(1)
        assert not append.done()
        assert log.page(run.id, 0, 10).events == []
        _limit_pages(database, 100_000)
        return [entry.seq for entry in await append]

    assert asyncio.run(fill_the_disk_and_free_it()) == list(range(1, 21))
    assert store.record(run.id).last_seq == 20


def _limit_pages(database: Database, pages: int) -> None:
    with database._writer.connect() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def test_a_disk_that_stays_full_is_an_error_once_the_server_stops(database: Database) -> None:
    store, log = RunStore(database), EventLog(database)
    run = made(store)
    log.hurry()
    _limit_pages(database, 20)
    with pytest.raises(OperationalError, match="full"):
        asyncio.run(log.append_soon(run.id, [message("x" * 1_000_000)]))


def test_deleting_a_run_deletes_its_events(database: Database) -> None:
    store, log = RunStore(database), EventLog(database)
    run = made(store)
    log.append(run.id, [state("queued"), state("failed")])
    store.delete(run.id)
    with database.reading() as session:
        assert session.scalars(select(EventRow)).all() == []
