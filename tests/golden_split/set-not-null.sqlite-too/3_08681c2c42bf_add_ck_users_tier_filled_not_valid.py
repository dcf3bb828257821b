"""add ck_users_tier_filled, not valid

Revision ID: 08681c2c42bf
Revises: f091c5c80341
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '08681c2c42bf'
down_revision: Union[str, Sequence[str], None] = 'f091c5c80341'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan
    # the table.
    if op.get_context().dialect.name == "postgresql":
        op.create_check_constraint(
            op.f("ck_users_tier_filled"), "users", "tier IS NOT NULL", postgresql_not_valid=True
        )


def downgrade() -> None:
    """Downgrade schema."""
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_users_tier_filled"), "users", type_="check", if_exists=True)
