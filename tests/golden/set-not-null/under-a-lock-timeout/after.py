"""index

Revision ID: 5f1c2a9b7d27
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "5f1c2a9b7d27"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        for low, high in _key_ranges("users", "id"):
            op.execute(
                sa.text(
                    "UPDATE users SET team = 'none' "
                    "WHERE id BETWEEN :low AND :high AND team IS NULL"
                ).bindparams(low=low, high=high)
            )

    # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the
    # table.
    op.execute("SET LOCAL lock_timeout = '2s'")
    op.drop_constraint(op.f("ck_users_team_filled"), "users", type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_users_team_filled"), "users", "team IS NOT NULL", postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_team_filled")
        op.execute("SET lock_timeout = '2s'")
        op.alter_column("users", "team", existing_type=sa.String(50), nullable=False)
        op.drop_constraint(op.f("ck_users_team_filled"), "users", type_="check")
        op.execute("RESET lock_timeout")


def downgrade():
    op.alter_column("users", "team", existing_type=sa.String(50), nullable=True)


def _key_ranges(table: str, key: str, size: int = 5000):
    """Yield the first and the last key of each batch of rows; offline, one range for all."""
    if op.get_context().as_sql:
        yield -(2**63), 2**63 - 1
        return
    edges, rows = f"SELECT min({key}), max({key}) FROM", f"SELECT {key} FROM {table}"
    first = sa.text(f"{edges} ({rows} ORDER BY {key} LIMIT {size}) AS batch")
    after = sa.text(f"{edges} ({rows} WHERE {key} > :last ORDER BY {key} LIMIT {size}) AS batch")
    bind = op.get_bind()
    low, high = bind.execute(first).one()
    while high is not None:
        yield low, high
        low, high = bind.execute(after, {"last": high}).one()
