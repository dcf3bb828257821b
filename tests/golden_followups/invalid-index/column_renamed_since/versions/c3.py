"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("users", "email", new_column_name="mail")


def downgrade() -> None:
    pass
