"""unnamed

Revision ID: 232d8123426c
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "232d8123426c"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("discount", sa.Integer(), nullable=True), if_not_exists=True)

    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.drop_constraint(op.f("orders_discount_check"), "orders", type_="check", if_exists=True)
    op.create_check_constraint(op.f("orders_discount_check"), "orders", "discount >= 0", postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_discount_check")


def downgrade() -> None:
    op.drop_column("orders", "discount")
