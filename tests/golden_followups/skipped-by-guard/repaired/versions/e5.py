"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "e5"
down_revision = ("b2", "c3")
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("logs", sa.Column("kind", sa.String(10), nullable=True), if_not_exists=True)


def downgrade() -> None:
    pass
