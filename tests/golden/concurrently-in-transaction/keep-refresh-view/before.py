"""keep refresh view"""

import sqlalchemy as sa
from alembic import op

revision = "726a24ee85fb"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE MATERIALIZED VIEW order_totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1")
    op.execute("CREATE UNIQUE INDEX ix_order_totals ON order_totals (customer_id)")
    op.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals")


def downgrade():
    op.execute("DROP MATERIALIZED VIEW order_totals")
