"""add export log task metadata

Revision ID: 89a67cacf69a
Revises: a7b2d5e0f4c1
Create Date: 2025-11-12 07:02:44.310985

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "89a67cacf69a"
down_revision = "a7b2d5e0f4c1"
branch_labels = None
depends_on = None

TABLE_NAME = "valuation_export_logs"
INDEX_NAME = "ix_valuation_export_logs_task_id"


def _table_exists() -> bool:
    return sa.inspect(op.get_bind()).has_table(TABLE_NAME)


def upgrade() -> None:
    if not _table_exists():
        # Some installations have no valuation exports yet.
        return

    with op.batch_alter_table(TABLE_NAME) as batch_op:
        batch_op.add_column(sa.Column("task_id", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("status", sa.String(length=20), nullable=False, server_default="queued")
        )
        batch_op.add_column(sa.Column("download_url", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("error_message", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(INDEX_NAME, ["task_id"], unique=True)

    # Exports that were made before the queue existed.
    op.execute("UPDATE valuation_export_logs SET status = 'queued' WHERE status IS NULL")


def downgrade() -> None:
    if not _table_exists():
        return

    with op.batch_alter_table(TABLE_NAME) as batch_op:
        batch_op.drop_index(INDEX_NAME)
        batch_op.drop_column("completed_at")
        batch_op.drop_column("error_message")
        batch_op.drop_column("download_url")
        batch_op.drop_column("status")
        batch_op.drop_column("task_id")
