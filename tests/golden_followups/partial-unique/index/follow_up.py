"""narrow ux_users_email to living rows

Revision ID: b9dc5a25015e
Revises: b2
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'b9dc5a25015e'
down_revision: Union[str, Sequence[str], None] = 'b2'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    """Upgrade schema."""
    # ux_users_email of b2 counts every row; only rows where deleted_at IS NULL shall be unique.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ux_users_email_new"),
            table_name="users",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f("ux_users_email_new"),
            "users",
            ["email"],
            unique=True,
            postgresql_where=sa.text("deleted_at IS NULL"),
            postgresql_concurrently=True,
        )
        op.drop_constraint(op.f("ux_users_email"), "users", type_="unique", if_exists=True)
        op.drop_index(
            op.f("ux_users_email"), table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.execute("ALTER INDEX ux_users_email_new RENAME TO ux_users_email")


def downgrade() -> None:
    """Downgrade schema."""
    # As b2 left it.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ux_users_email_new"),
            table_name="users",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f("ux_users_email_new"),
            "users",
            ["email"],
            unique=True,
            postgresql_concurrently=True,
        )
        op.drop_constraint(op.f("ux_users_email"), "users", type_="unique", if_exists=True)
        op.drop_index(
            op.f("ux_users_email"), table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.execute("ALTER INDEX ux_users_email_new RENAME TO ux_users_email")
