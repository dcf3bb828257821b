"""keep column from a function"""

import sqlalchemy as sa
from alembic import op

revision = "311310f380eb"
down_revision = "base"
branch_labels = None
depends_on = None


from app.columns import timestamp_column


def upgrade():
    op.add_column("orders", timestamp_column("seen_at"))
    op.create_index("ix_orders_seen_at", "orders", ["seen_at"], unique=True)


def downgrade():
    op.drop_column("orders", "seen_at")
