"""source dropped afterwards"""

import sqlalchemy as sa
from alembic import op

revision = "9f8b53e3d1d5"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "customers", sa.Column("label", sa.String(300), nullable=True), if_not_exists=True
    )

    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        for low, high in _key_ranges("customers", "id"):
            op.execute(
                sa.text(
                    "UPDATE customers SET label = coalesce(name, email) "
                    "WHERE id BETWEEN :low AND :high AND label IS NULL"
                ).bindparams(low=low, high=high)
            )
    op.drop_column("customers", "name")
    op.create_index("ix_customers_label", "customers", ["label"])


def downgrade():
    op.drop_index("ix_customers_label", table_name="customers")
    op.add_column("customers", sa.Column("name", sa.String(200)))
    op.drop_column("customers", "label")


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
