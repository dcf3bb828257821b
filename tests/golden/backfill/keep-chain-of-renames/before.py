"""keep chain of renames

Revision ID: 5b55199acaca
Revises: base
Create Date: 2025-06-08 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "5b55199acaca"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("UPDATE orders SET status = 'settled' WHERE status = 'paid'")
    op.execute("UPDATE orders SET status = 'paid' WHERE status = 'new'")


def downgrade() -> None:
    op.execute("UPDATE orders SET status = 'new' WHERE status = 'paid'")
    op.execute("UPDATE orders SET status = 'paid' WHERE status = 'settled'")
