"""nullable uuid

Revision ID: 768126c47100
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "768126c47100"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Add the column nullable: a change of the catalogue only.
    op.add_column(
        "orders", sa.Column("public_id", sa.Uuid(), nullable=True), if_not_exists=True
    )

    # From now on the default gives new rows a value.
    op.alter_column(
        "orders", "public_id", existing_type=sa.Uuid(), server_default=sa.text("gen_random_uuid()")
    )

    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        for low, high in _key_ranges("orders", "id"):
            op.execute(
                sa.text(
                    "UPDATE orders SET public_id = gen_random_uuid() "
                    "WHERE id BETWEEN :low AND :high AND public_id IS NULL"
                ).bindparams(low=low, high=high)
            )


def downgrade() -> None:
    op.drop_column("orders", "public_id")


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
