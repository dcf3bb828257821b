"""without a name

Revision ID: 8815b17b07e3
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "8815b17b07e3"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Build the index without blocking writes, then turn it into the constraint.
    with op.get_context().autocommit_block():
        op.drop_constraint(op.f("orders_external_id_key"), "orders", type_="unique", if_exists=True)
        op.drop_index(
            op.f("orders_external_id_key"),
            table_name="orders",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f("orders_external_id_key"),
            "orders",
            ["external_id"],
            unique=True,
            postgresql_concurrently=True,
        )
        op.execute(
            "ALTER TABLE orders ADD CONSTRAINT orders_external_id_key UNIQUE USING INDEX orders_external_id_key"
        )


def downgrade() -> None:
    op.drop_constraint("orders_external_id_key", "orders", type_="unique")
