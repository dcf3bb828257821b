"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "a1"
branch_labels = None
depends_on = None


def _exists() -> bool:
    return sa.inspect(op.get_bind()).has_table("logs")


KIND = sa.String(20)


def upgrade() -> None:
    if not _exists():
        return

    op.add_column("logs", sa.Column("tags", KIND, nullable=True))


def downgrade() -> None:
    pass
