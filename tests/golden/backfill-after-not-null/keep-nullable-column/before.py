"""keep nullable column"""

import sqlalchemy as sa
from alembic import op

revision = "9a2b7d0fc5b8"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("orders", sa.Column("channel", sa.String(20), nullable=True))
    op.execute("UPDATE orders SET channel = 'web' WHERE channel IS NULL")


def downgrade():
    op.drop_column("orders", "channel")
