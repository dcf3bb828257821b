"""validate fk_orders_user

Revision ID: cbfb546353b1
Revises: c3
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'cbfb546353b1'
down_revision: Union[str, Sequence[str], None] = 'c3'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # b2 added fk_orders_user NOT VALID: rows from before were never checked.
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE purchases VALIDATE CONSTRAINT fk_orders_user")


def downgrade() -> None:
    """Downgrade schema."""
    # As b2 left it: enforced for new rows only.
    op.drop_constraint(op.f("fk_orders_user"), "purchases", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        op.f("fk_orders_user"),
        "purchases",
        "users",
        ["user_id"],
        ["id"],
        ondelete="CASCADE",
        postgresql_not_valid=True,
    )
