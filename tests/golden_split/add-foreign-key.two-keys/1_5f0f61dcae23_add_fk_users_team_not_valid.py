"""add fk_users_team, not valid

Revision ID: 5f0f61dcae23
Revises: base
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '5f0f61dcae23'
down_revision: Union[str, Sequence[str], None] = 'base'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.create_foreign_key(
        "fk_users_team",
        "users",
        "teams",
        ["team_id"],
        ["id"],
        ondelete="SET NULL",
        postgresql_not_valid=True,
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_constraint("fk_users_team", "users", type_="foreignkey")
