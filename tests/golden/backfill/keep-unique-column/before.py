"""keep unique column

Revision ID: b5487120ed64
Revises: base
Create Date: 2025-06-14 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "b5487120ed64"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.execute("UPDATE orders SET note = 'kept for audit' WHERE number = 'A17'")
    op.execute("DELETE FROM orders WHERE number IN ('A18', 'A19') AND status IS NULL")


def downgrade() -> None:
    pass
