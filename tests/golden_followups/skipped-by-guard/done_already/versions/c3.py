"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def _exists() -> bool:
    return sa.inspect(op.get_bind()).has_table("logs")


def upgrade() -> None:
    if _exists():
        return

    op.create_table("logs", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade() -> None:
    pass
