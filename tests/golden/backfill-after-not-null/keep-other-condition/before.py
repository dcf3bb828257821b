"""keep other condition

Revision ID: 5922dee14df4
Revises: base
Create Date: 2025-06-06 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "5922dee14df4"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("channel", sa.String(length=20), nullable=False, server_default="web"))
    op.execute("UPDATE orders SET channel = 'shop' WHERE note = 'shop'")


def downgrade() -> None:
    op.drop_column("orders", "channel")
