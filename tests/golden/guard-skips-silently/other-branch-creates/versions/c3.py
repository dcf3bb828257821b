"""log levels

Revision ID: c3
Revises: a1
Create Date: 2025-04-11 09:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "c3"
down_revision: Union[str, None] = "a1"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def _table_exists() -> bool:
    return sa.inspect(op.get_bind()).has_table("logs")


def upgrade() -> None:
    if not _table_exists():
        return
    op.add_column("logs", sa.Column("level", sa.String(10)))


def downgrade() -> None:
    pass
