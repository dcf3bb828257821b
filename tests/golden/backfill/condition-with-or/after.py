"""condition with or"""

import sqlalchemy as sa
from alembic import op

revision = "10bb7250e66b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # both mean the same
    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        for low, high in _key_ranges("orders", "id"):
            op.execute(
                sa.text(
                    "UPDATE orders SET status = 'unknown' "
                    "WHERE id BETWEEN :low AND :high AND (status IS NULL OR status = '')"
                ).bindparams(low=low, high=high)
            )


def downgrade():
    pass


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
