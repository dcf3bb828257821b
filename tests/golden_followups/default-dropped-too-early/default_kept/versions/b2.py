"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("tier", sa.String(20), nullable=False, server_default="free"))


def downgrade() -> None:
    op.drop_column("users", "tier")
