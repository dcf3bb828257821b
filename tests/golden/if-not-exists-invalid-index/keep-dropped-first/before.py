"""keep dropped first"""

import sqlalchemy as sa
from alembic import op

revision = "2e2575bd18fa"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_orders_total")
        op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_orders_total ON orders (total)")


def downgrade():
    op.execute("DROP INDEX IF EXISTS ix_orders_total")
