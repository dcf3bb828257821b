"""events by month"""

import sqlalchemy as sa
from alembic import op

revision = "base"
down_revision = None


def upgrade() -> None:
    op.create_table("users", sa.Column("id", sa.Integer(), primary_key=True))
    op.create_table(
        "events",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        postgresql_partition_by="RANGE (at)",
    )


def downgrade() -> None:
    op.drop_table("events")
    op.drop_table("users")
