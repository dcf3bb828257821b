"""in batch

Revision ID: dd216d62ada3
Revises: 5c79365eb6b6
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "dd216d62ada3"
down_revision = "5c79365eb6b6"
branch_labels = None
depends_on = None


def upgrade():
    # Build the index without blocking writes, then turn it into the constraint.
    with op.get_context().autocommit_block():
        op.drop_constraint("uq_orders_external_id", "orders", type_="unique", if_exists=True)
        op.drop_index(
            "uq_orders_external_id",
            table_name="orders",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            "uq_orders_external_id",
            "orders",
            ["external_id"],
            unique=True,
            postgresql_concurrently=True,
        )
        op.execute(
            "ALTER TABLE orders ADD CONSTRAINT uq_orders_external_id UNIQUE USING INDEX uq_orders_external_id"
        )


def downgrade():
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.drop_constraint("uq_orders_external_id", type_="unique")
