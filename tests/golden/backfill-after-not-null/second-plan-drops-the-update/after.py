"""second plan drops the update

Revision ID: a4db518c737a
Revises: base
Create Date: 2025-06-25 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "a4db518c737a"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("channel", sa.String(length=20), nullable=False, server_default="web"))
    # rows from before the shop had channels
    pass


def downgrade() -> None:
    op.drop_column("orders", "channel")
