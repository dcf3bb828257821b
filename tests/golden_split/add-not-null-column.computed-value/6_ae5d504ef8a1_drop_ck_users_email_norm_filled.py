"""drop ck_users_email_norm_filled

Revision ID: ae5d504ef8a1
Revises: 2d738c0d4a80
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'ae5d504ef8a1'
down_revision: Union[str, Sequence[str], None] = '2d738c0d4a80'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # NOT NULL says it now.
    with op.get_context().autocommit_block():
        op.drop_constraint(op.f('ck_users_email_norm_filled'), 'users', type_='check', if_exists=True)


def downgrade() -> None:
    """Downgrade schema."""
    op.create_check_constraint(
        op.f('ck_users_email_norm_filled'), 'users', 'email_norm IS NOT NULL', postgresql_not_valid=True
    )
