"""finish what earlier revisions left

Revision ID: 0021a9d137c2
Revises: d4
Create Date: 2026-01-01 00:00:00

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '0021a9d137c2'
down_revision: Union[str, Sequence[str], None] = 'd4'
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
    # b2 added fk_orders_user NOT VALID: rows from before were never checked.
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user")

    # d4 added ck_users_email_filled and went no further: validate it, let it prove NOT NULL, drop it.
    op.drop_constraint(op.f("ck_users_email_filled"), "users", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_users_email_filled"), "users", "email IS NOT NULL", postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_email_filled")
        op.alter_column("users", "email", existing_type=sa.String(200), nullable=False)
        op.drop_constraint(op.f("ck_users_email_filled"), "users", type_="check", if_exists=True)

    # c3 built ix_users_email IF NOT EXISTS, which accepts what an interrupted build left.
    if not _has_valid_index("ix_users_email"):
        with op.get_context().autocommit_block():
            op.drop_index("ix_users_email", table_name="users", if_exists=True, postgresql_concurrently=True)
            op.create_index("ix_users_email", "users", ["email"], postgresql_concurrently=True)


def downgrade() -> None:
    """Downgrade schema."""
    # ix_users_email was there before this revision: it stays.

    # As d4 left it.
    op.drop_constraint(op.f("ck_users_email_filled"), "users", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_users_email_filled"), "users", "email IS NOT NULL", postgresql_not_valid=True
    )
    op.alter_column("users", "email", existing_type=sa.String(200), nullable=True)

    # As b2 left it: enforced for new rows only.
    op.drop_constraint(op.f("fk_orders_user"), "orders", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        op.f("fk_orders_user"),
        "orders",
        "users",
        ["user_id"],
        ["id"],
        ondelete="CASCADE",
        postgresql_not_valid=True,
    )
