"""log levels

Revision ID: 40e67c61320b
Revises: 31aa3b1fa4c9
Create Date: 2025-04-11 09:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "40e67c61320b"
down_revision: Union[str, None] = "31aa3b1fa4c9"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("logs", sa.Column("level", sa.String(10)))


def downgrade() -> None:
    pass
