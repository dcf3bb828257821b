"""index expressions"""

import sqlalchemy as sa
from alembic import op

revision = "56eda862c754"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_customers_lower_email", "customers", [sa.text("lower(email)")])
    op.create_index("ix_orders_latest", "orders", ["customer_id", sa.column("id").desc()])


def downgrade():
    op.drop_index("ix_orders_latest", table_name="orders")
    op.drop_index("ix_customers_lower_email", table_name="customers")
