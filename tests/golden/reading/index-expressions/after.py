"""index expressions"""

import sqlalchemy as sa
from alembic import op

revision = "56eda862c754"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_customers_lower_email",
            table_name="customers",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_customers_lower_email",
            "customers",
            [sa.text("lower(email)")],
            postgresql_concurrently=True,
        )
        op.drop_index(
            "ix_orders_latest", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            "ix_orders_latest",
            "orders",
            ["customer_id", sa.column("id").desc()],
            postgresql_concurrently=True,
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_latest", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
        op.drop_index(
            "ix_customers_lower_email",
            table_name="customers",
            if_exists=True,
            postgresql_concurrently=True,
        )
