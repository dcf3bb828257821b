"""keep another purpose

Revision ID: db6e7bd68e67
Revises: base
Create Date: 2025-06-24 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "db6e7bd68e67"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("channel", sa.String(length=20), nullable=True))
    op.execute("COMMIT")
    op.execute("UPDATE orders SET channel = 'web' WHERE id = 10")


def downgrade() -> None:
    op.drop_column("orders", "channel")
