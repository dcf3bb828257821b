"""validate orders_user_id_fkey

Revision ID: 7a4555cdac80
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '7a4555cdac80'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # b2 added orders_user_id_fkey NOT VALID: rows from before were never checked.
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_user_id_fkey")


def downgrade() -> None:
    """Downgrade schema."""
    # As b2 left it: enforced for new rows only.
    op.drop_constraint(op.f("orders_user_id_fkey"), "orders", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        op.f("orders_user_id_fkey"),
        "orders",
        "users",
        ["user_id"],
        ["id"],
        ondelete="CASCADE",
        postgresql_not_valid=True,
    )
