"""raw sql"""

import sqlalchemy as sa
from alembic import op

revision = "61018c208806"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE INDEX CONCURRENTLY IF NOT EXISTS ix_orders_total ON orders (total)")


def downgrade():
    op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_orders_total")
