"""set users.email_norm NOT NULL

Revision ID: 2d738c0d4a80
Revises: 9c97e0cb780a
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '2d738c0d4a80'
down_revision: Union[str, Sequence[str], None] = '9c97e0cb780a'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Reads no row: the validated CHECK proves it.
    with op.get_context().autocommit_block():
        op.alter_column('users', 'email_norm', existing_type=sa.String(length=320), nullable=False)


def downgrade() -> None:
    """Downgrade schema."""
    op.alter_column('users', 'email_norm', existing_type=sa.String(length=320), nullable=True)
