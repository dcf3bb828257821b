"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "a1"
branch_labels = None
depends_on = None


def _column_exists(table: str, column: str) -> bool:
    return column in [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table)]


def upgrade() -> None:
    if not _column_exists("logs", "text"):
        return

    op.create_index("ix_logs_text", "logs", ["text"])


def downgrade() -> None:
    pass
