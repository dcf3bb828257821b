"""make uq_users_email a constraint

Revision ID: 0fe1e78bb393
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0fe1e78bb393'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # b2 built uq_users_email; the models have the constraint. Only the catalogue changes.
    op.execute("ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email")


def downgrade() -> None:
    """Downgrade schema."""
    # As b2 left it: the index alone.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("uq_users_email_new"), table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            op.f("uq_users_email_new"), "users", ["email"], unique=True, postgresql_concurrently=True
        )
        op.drop_constraint(op.f("uq_users_email"), "users", type_="unique", if_exists=True)
        op.drop_index(
            op.f("uq_users_email"), table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.execute("ALTER INDEX uq_users_email_new RENAME TO uq_users_email")
