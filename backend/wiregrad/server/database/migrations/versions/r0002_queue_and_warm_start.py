"""The order of runs that wait, and the run whose weights a run began with."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("runs", sa.Column("start_from", sa.Uuid(), nullable=True))
    op.add_column("runs", sa.Column("queue_rank", sa.Integer(), nullable=True))
