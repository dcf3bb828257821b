"""validate fk_users_team

Revision ID: 7b72e602bab4
Revises: 5f0f61dcae23
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '7b72e602bab4'
down_revision: Union[str, Sequence[str], None] = '5f0f61dcae23'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Check the rows that were there before: nobody waits for it.
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT fk_users_team")


def downgrade() -> None:
    """Downgrade schema."""
    pass
