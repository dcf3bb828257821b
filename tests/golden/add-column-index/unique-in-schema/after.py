"""unique in schema

Revision ID: 39bfd58ae952
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "39bfd58ae952"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("items", sa.Column("sku", sa.String(40)), schema="stock", if_not_exists=True)

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_stock_items_sku"),
            table_name="items",
            schema="stock",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f("ix_stock_items_sku"),
            "items",
            ["sku"],
            schema="stock",
            unique=True,
            postgresql_concurrently=True,
        )


def downgrade():
    op.drop_column("items", "sku", schema="stock")
