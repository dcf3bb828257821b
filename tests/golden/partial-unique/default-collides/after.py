"""default collides

Revision ID: 8b71f863918e
Revises: base
Create Date: 2025-06-28 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "8b71f863918e"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column(
        "customers",
        sa.Column("vat_id", sa.String(length=20), server_default="", nullable=False),
        if_not_exists=True,
    )

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_customers_vat_id", table_name="customers", if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            "ix_customers_vat_id",
            "customers",
            ["vat_id"],
            unique=True,
            postgresql_where=sa.text("vat_id <> ''"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_customers_vat_id", table_name="customers", if_exists=True, postgresql_concurrently=True
        )
    op.drop_column("customers", "vat_id")
