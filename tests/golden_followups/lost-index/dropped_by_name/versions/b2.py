"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_state_user", "orders", ["state", "user_id"])


def downgrade() -> None:
    pass
