"""a schema of its own"""

import sqlalchemy as sa
from alembic import op

revision = "base"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE SCHEMA IF NOT EXISTS stock")
    op.create_table("items", sa.Column("id", sa.Integer(), primary_key=True), schema="stock")


def downgrade() -> None:
    op.drop_table("items", schema="stock")
