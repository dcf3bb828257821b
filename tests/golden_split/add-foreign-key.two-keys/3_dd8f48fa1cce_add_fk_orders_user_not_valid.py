"""add fk_orders_user, not valid

Revision ID: dd8f48fa1cce
Revises: 7b72e602bab4
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'dd8f48fa1cce'
down_revision: Union[str, Sequence[str], None] = '7b72e602bab4'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.create_foreign_key(
        "fk_orders_user", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True
    )


def downgrade() -> None:
    """Downgrade schema."""
    op.drop_constraint("fk_orders_user", "orders", type_="foreignkey")
