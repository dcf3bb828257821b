"""core dml

Revision ID: b2ccc81f4c33
Revises: base
Create Date: 2025-06-11 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "b2ccc81f4c33"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    orders = sa.table("orders", sa.column("status", sa.String))
    op.execute(orders.update().where(orders.c.status.is_(None)).values(status="new"))


def downgrade() -> None:
    pass
