"""raw sql"""

import sqlalchemy as sa
from alembic import op

revision = "61018c208806"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_orders_total")
        op.execute("CREATE INDEX CONCURRENTLY ix_orders_total ON orders (total)")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_orders_total")
