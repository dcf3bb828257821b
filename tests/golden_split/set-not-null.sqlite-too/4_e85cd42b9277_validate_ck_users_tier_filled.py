"""validate ck_users_tier_filled

Revision ID: e85cd42b9277
Revises: 08681c2c42bf
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'e85cd42b9277'
down_revision: Union[str, Sequence[str], None] = '08681c2c42bf'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Check the rows that were there before: nobody waits for it.
    if op.get_context().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_tier_filled")


def downgrade() -> None:
    """Downgrade schema."""
    pass
