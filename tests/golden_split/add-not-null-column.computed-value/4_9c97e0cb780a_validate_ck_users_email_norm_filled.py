"""validate ck_users_email_norm_filled

Revision ID: 9c97e0cb780a
Revises: 0d567805e2aa
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '9c97e0cb780a'
down_revision: Union[str, Sequence[str], None] = '0d567805e2aa'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Check the rows that were there before: nobody waits for it.
    with op.get_context().autocommit_block():
        op.execute('ALTER TABLE users VALIDATE CONSTRAINT ck_users_email_norm_filled')


def downgrade() -> None:
    """Downgrade schema."""
    pass
