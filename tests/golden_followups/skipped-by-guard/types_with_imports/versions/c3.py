"""a change"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

revision = "c3"
down_revision = "a1"
branch_labels = None
depends_on = None


def _exists() -> bool:
    return sa.inspect(op.get_bind()).has_table("logs")


def upgrade() -> None:
    if not _exists():
        return

    op.add_column("logs", sa.Column("tags", JSONB(), nullable=True))


def downgrade() -> None:
    if not _exists():
        return

    op.drop_column("logs", "tags")
