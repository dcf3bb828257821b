"""enum value

Revision ID: c7218b3082e5
Revises: base
Create Date: 2025-06-04 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "c7218b3082e5"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    connection = op.get_bind()
    connection.execute(sa.text("COMMIT"))
    connection.execute(sa.text("ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm'"))


def downgrade() -> None:
    pass
