"""added with default

Revision ID: 6d18a2558258
Revises: base
Create Date: 2025-06-26 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "6d18a2558258"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("channel", sa.String(length=20), nullable=False, server_default="web"))
    op.execute("UPDATE orders SET channel = 'web' WHERE channel IS NULL")


def downgrade() -> None:
    op.drop_column("orders", "channel")
