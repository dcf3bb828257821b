"""sqlite too

Revision ID: afcdff472137
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "afcdff472137"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        if not _has_column("users", "tier"):
            batch_op.add_column(sa.Column("tier", sa.String(20), nullable=True))

    if op.get_context().dialect.name == "postgresql":
        # Change old rows in short transactions: no row stays locked for longer than one batch.
        with op.get_context().autocommit_block():
            for low, high in _key_ranges("users", "id"):
                op.execute(
                    sa.text(
                        "UPDATE users SET tier = 'free' "
                        "WHERE id BETWEEN :low AND :high AND tier IS NULL"
                    ).bindparams(low=low, high=high)
                )

        # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the
        # table.
        op.drop_constraint(op.f("ck_users_tier_filled"), "users", type_="check", if_exists=True)
        op.create_check_constraint(
            op.f("ck_users_tier_filled"), "users", "tier IS NOT NULL", postgresql_not_valid=True
        )
        with op.get_context().autocommit_block():
            op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_tier_filled")
            op.alter_column("users", "tier", existing_type=sa.String(20), nullable=False)
            op.drop_constraint(op.f("ck_users_tier_filled"), "users", type_="check")
    else:
        op.execute("UPDATE users SET tier = 'free'")
        with op.batch_alter_table("users", schema=None) as batch_op:
            batch_op.alter_column("tier", existing_type=sa.String(20), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("tier")


def _has_column(table: str, column: str, schema=None) -> bool:
    """Whether an interrupted run has committed the column; offline nothing can be asked."""
    if op.get_context().as_sql:
        return False
    return column in [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table, schema=schema)]


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
