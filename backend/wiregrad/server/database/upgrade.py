"""Brings the tables to the shape that this version of Wiregrad knows."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0002"
"""The newest migration; a test compares it with the files. Naming it spares most starts loading Alembic."""


class DatabaseTooNew(Exception):  # noqa: N818 - named for the person who reads it
    """The database was last used by a newer version of Wiregrad."""


def upgrade(connection: Connection) -> None:
    """Run the migrations that the database lacks, each once, all of them or none.

    Raises:
        DatabaseTooNew: it has a migration that this version does not know.

    """
    present = _revision(connection)
    if present == HEAD:
        return
    from alembic import command  # noqa: PLC0415 - slow to load, and seldom needed
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if present is not None and present not in known:
        raise DatabaseTooNew(
            "This data folder was last used by a newer version of Wiregrad (its database has the migration "
            f"{present!r}; this version knows {HEAD!r}). Update Wiregrad, or choose another --data-dir."
        )
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    with connection.begin():
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found
