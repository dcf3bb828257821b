"""unnamed constraint"""

import sqlalchemy as sa
from alembic import op

revision = "12dae309e887"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # Build the index without blocking writes, then turn it into the constraint.
    with op.get_context().autocommit_block():
        op.drop_constraint(
            op.f("orders_customer_id_number_key"), "orders", type_="unique", if_exists=True
        )
        op.drop_index(
            op.f("orders_customer_id_number_key"),
            table_name="orders",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f("orders_customer_id_number_key"),
            "orders",
            ["customer_id", "number"],
            unique=True,
            postgresql_concurrently=True,
        )
        op.execute(
            "ALTER TABLE orders ADD CONSTRAINT orders_customer_id_number_key UNIQUE USING INDEX orders_customer_id_number_key"
        )


def downgrade():
    op.drop_constraint("orders_customer_id_number_key", "orders", type_="unique")
