"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "e5"
down_revision = ("b2", "c3")
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
