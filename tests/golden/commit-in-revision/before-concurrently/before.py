"""before concurrently"""

import sqlalchemy as sa
from alembic import op

revision = "e800cd78465f"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # CONCURRENTLY cannot run in a transaction
    op.execute("COMMIT")
    op.create_index("ix_orders_total", "orders", ["total"], postgresql_concurrently=True)


def downgrade():
    op.execute("COMMIT")
    op.drop_index("ix_orders_total", table_name="orders", postgresql_concurrently=True)
