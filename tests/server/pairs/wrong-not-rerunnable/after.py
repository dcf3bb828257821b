"""Normalise the address."""

import sqlalchemy as sa
from alembic import context, op

revision = "add_email_norm"
down_revision = "base"


def upgrade() -> None:
    op.add_column("users", sa.Column("email_norm", sa.String(320), nullable=True))

    # Fill old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        for low, high in _key_ranges("users", "id"):
            op.execute(
                sa.text(
                    "UPDATE users SET email_norm = lower(email) WHERE id BETWEEN :low AND :high AND email_norm IS NULL"
                ).bindparams(low=low, high=high)
            )

    # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the table.
    op.drop_constraint("ck_users_email_norm_filled", "users", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_users_email_norm_filled"), "users", "email_norm IS NOT NULL", postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_email_norm_filled")
    op.alter_column("users", "email_norm", existing_type=sa.String(320), nullable=False)
    op.drop_constraint("ck_users_email_norm_filled", "users", type_="check")

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index("ix_users_email_norm", table_name="users", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_users_email_norm", "users", ["email_norm"], unique=True, postgresql_concurrently=True)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_users_email_norm", table_name="users", if_exists=True, postgresql_concurrently=True)
    op.drop_column("users", "email_norm", if_exists=True)


def _key_ranges(table: str, key: str, size: int = 25):
    """Yield (low, high) of successive batches of rows by key, gaps in the key skipped; one range in offline mode."""
    if context.is_offline_mode():
        yield -(2**63), 2**63 - 1
        return
    bind = op.get_bind()
    batch = sa.text(
        f"SELECT min({key}), max({key}) FROM (SELECT {key} FROM {table} WHERE {key} > :after ORDER BY {key} LIMIT {size}) b"
    )
    low, high = bind.execute(batch, {"after": -(2**63)}).one()
    while high is not None:
        yield low, high
        low, high = bind.execute(batch, {"after": high}).one()
