"""added without value"""

import sqlalchemy as sa
from alembic import op

revision = "8e4575e7a013"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("orders", sa.Column("channel", sa.String(20), nullable=False))
    op.execute("UPDATE orders SET channel = 'web'")


def downgrade():
    op.drop_column("orders", "channel")
