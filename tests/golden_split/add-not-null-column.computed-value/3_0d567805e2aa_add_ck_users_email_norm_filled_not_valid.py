"""add ck_users_email_norm_filled, not valid

Revision ID: 0d567805e2aa
Revises: 24ace6b8aafd
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0d567805e2aa'
down_revision: Union[str, Sequence[str], None] = '24ace6b8aafd'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the table.
    op.create_check_constraint(
        op.f('ck_users_email_norm_filled'), 'users', 'email_norm IS NOT NULL', postgresql_not_valid=True
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_constraint(op.f('ck_users_email_norm_filled'), 'users', type_='check', if_exists=True)
