"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_column("orders", "user_id")


def downgrade() -> None:
    op.add_column("orders", sa.Column("user_id", sa.Integer(), nullable=True))
