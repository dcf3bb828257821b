"""tasks"""

from alembic import op
import sqlalchemy as sa

revision = "d4"
down_revision = "c3"
branch_labels = None
depends_on = None


def _exists() -> bool:
    return sa.inspect(op.get_bind()).has_table("logs")


def upgrade() -> None:
    if not _exists():
        return

    with op.batch_alter_table("logs") as batch_op:
        batch_op.add_column(sa.Column("task_id", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("status", sa.String(length=20), nullable=False, server_default="queued"))
        batch_op.add_column(sa.Column("account_id", sa.Integer(), sa.ForeignKey("accounts.id"), nullable=True))
        batch_op.create_index("ix_logs_task_id", ["task_id"], unique=True)

    op.execute("UPDATE logs SET status = 'queued' WHERE status IS NULL")


def downgrade() -> None:
    if not _exists():
        return

    with op.batch_alter_table("logs") as batch_op:
        batch_op.drop_index("ix_logs_task_id")
        batch_op.drop_column("account_id")
        batch_op.drop_column("status")
        batch_op.drop_column("task_id")
