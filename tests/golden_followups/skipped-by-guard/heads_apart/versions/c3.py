"""scenarios"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "a1"
branch_labels = None
depends_on = None


def _exists() -> bool:
    return sa.inspect(op.get_bind()).has_table("logs")


def upgrade() -> None:
    if not _exists():
        return

    op.add_column("logs", sa.Column("scenario_id", sa.Integer(), nullable=True))
    op.create_index("ix_logs_scenario_id", "logs", ["scenario_id"])


def downgrade() -> None:
    if not _exists():
        return

    op.drop_index("ix_logs_scenario_id", table_name="logs")
    op.drop_column("logs", "scenario_id")
