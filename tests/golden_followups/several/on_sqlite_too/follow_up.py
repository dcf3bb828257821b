"""finish what earlier revisions left

Revision ID: 3fda4fa26dd7
Revises: c3
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '3fda4fa26dd7'
down_revision: Union[str, Sequence[str], None] = 'c3'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def _has_valid_index(name: str) -> bool:
    """Whether the index is there and its build was finished; offline, and elsewhere, nothing is asked."""
    if op.get_context().as_sql or op.get_context().dialect.name != "postgresql":
        return False
    valid = "SELECT indisvalid AND indisready FROM pg_index"
    found = sa.text(f"{valid} WHERE indexrelid = to_regclass(CAST(:name AS text))")
    return op.get_bind().execute(found, {"name": name}).scalar() is True


def upgrade() -> None:
    """Upgrade schema."""
    # b2 added ck_orders_state NOT VALID: rows from before were never checked.
    if op.get_context().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_state")

    # c3 built ix_users_email IF NOT EXISTS, which accepts what an interrupted build left.
    if not _has_valid_index("ix_users_email"):
        with op.get_context().autocommit_block():
            op.drop_index("ix_users_email", table_name="users", if_exists=True, postgresql_concurrently=True)
            op.create_index("ix_users_email", "users", ["email"], postgresql_concurrently=True)


def downgrade() -> None:
    """Downgrade schema."""
    # ix_users_email was there before this revision: it stays.

    # As b2 left it: enforced for new rows only.
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_orders_state"), "orders", type_="check", if_exists=True)
        op.create_check_constraint(op.f("ck_orders_state"), "orders", "state <> ''", postgresql_not_valid=True)
