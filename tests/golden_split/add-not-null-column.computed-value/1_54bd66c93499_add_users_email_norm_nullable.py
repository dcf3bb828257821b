"""add users.email_norm, nullable

Revision ID: 54bd66c93499
Revises: base
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '54bd66c93499'
down_revision: Union[str, Sequence[str], None] = 'base'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Add the column nullable: a change of the catalogue only.
    op.add_column('users', sa.Column('email_norm', sa.String(length=320), nullable=True, comment='lower case'))


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_column('users', 'email_norm')
