"""Alembic runs this. The connection comes from `upgrade.py`, which also says which scripts to run."""

from alembic import context

from wiregrad.server.database.tables import Table

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=Table.metadata, render_as_batch=True)
with connection.begin(), context.begin_transaction():
    context.run_migrations()
