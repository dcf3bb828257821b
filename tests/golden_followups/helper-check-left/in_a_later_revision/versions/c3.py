"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("users", "email", existing_type=sa.String(200), nullable=False)


def downgrade() -> None:
    op.alter_column("users", "email", existing_type=sa.String(200), nullable=True)
