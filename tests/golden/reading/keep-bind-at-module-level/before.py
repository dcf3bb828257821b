"""keep bind at module level"""

import sqlalchemy as sa
from alembic import op

revision = "311e197e633f"
down_revision = "base"
branch_labels = None
depends_on = None


bind = op.get_bind()
schema = "public" if bind.dialect.name == "postgresql" else None


def upgrade():
    op.add_column("orders", sa.Column("channel", sa.String(20)), schema=schema)
    op.create_index("ix_orders_channel", "orders", ["channel"], schema=schema)


def downgrade():
    op.drop_column("orders", "channel", schema=schema)
