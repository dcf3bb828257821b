"""keep already concurrent"""

import sqlalchemy as sa
from alembic import op

revision = "159e8996884d"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_status", table_name="orders", postgresql_concurrently=True)


def downgrade():
    op.create_index("ix_orders_status", "orders", ["status"])
