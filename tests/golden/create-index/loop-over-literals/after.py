"""index

Revision ID: 6b1c2a9b7d12
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "6b1c2a9b7d12"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    for table, column in (("users", "team"), ("orders", "placed_at")):
        # Build without blocking writes; an interrupted build leaves an invalid index, so drop
        # first.
        with op.get_context().autocommit_block():
            op.drop_index(
                f"ix_{table}_{column}",
                table_name=table,
                if_exists=True,
                postgresql_concurrently=True,
            )
            op.create_index(f"ix_{table}_{column}", table, [column], postgresql_concurrently=True)


def downgrade():
    for table, column in (("users", "team"), ("orders", "placed_at")):
        with op.get_context().autocommit_block():
            op.drop_index(
                f"ix_{table}_{column}",
                table_name=table,
                if_exists=True,
                postgresql_concurrently=True,
            )
