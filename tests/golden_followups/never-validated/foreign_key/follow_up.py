"""validate fk_orders_user

Revision ID: aba1ae5fd6d1
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'aba1ae5fd6d1'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # b2 added fk_orders_user NOT VALID: rows from before were never checked.
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user")


def downgrade() -> None:
    """Downgrade schema."""
    # As b2 left it: enforced for new rows only.
    op.drop_constraint(op.f("fk_orders_user"), "orders", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        op.f("fk_orders_user"), "orders", "users", ["user_id"], ["id"], ondelete="CASCADE", postgresql_not_valid=True
    )
