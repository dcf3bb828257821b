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
    op.add_column("customers", sa.Column("vat_id", sa.String(length=20), server_default="", nullable=False))
    op.create_index("ix_customers_vat_id", "customers", ["vat_id"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_customers_vat_id", table_name="customers")
    op.drop_column("customers", "vat_id")
