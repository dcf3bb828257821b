"""validate given

Revision ID: ea0f97a889d2
Revises: c3
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'ea0f97a889d2'
down_revision: Union[str, Sequence[str], None] = 'c3'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # b2 added given NOT VALID: rows from before were never checked.
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT given")


def downgrade() -> None:
    """Downgrade schema."""
    # As b2 left it: enforced for new rows only.
    op.drop_constraint(op.f("given"), "orders", type_="check", if_exists=True)
    op.create_check_constraint(op.f("given"), "orders", "state <> ''", postgresql_not_valid=True)
