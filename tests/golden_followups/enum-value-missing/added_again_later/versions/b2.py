"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    try:
        op.execute("ALTER TYPE mood ADD VALUE 'meh'")
    except Exception:
        pass


def downgrade() -> None:
    pass
