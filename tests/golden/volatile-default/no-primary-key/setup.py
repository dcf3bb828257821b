"""a log without a key"""

import sqlalchemy as sa
from alembic import op

revision = "base"
down_revision = None


def upgrade() -> None:
    op.create_table("log", sa.Column("at", sa.DateTime()), sa.Column("line", sa.Text()))


def downgrade() -> None:
    op.drop_table("log")
