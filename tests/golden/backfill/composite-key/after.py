"""composite key"""

import sqlalchemy as sa
from alembic import op

revision = "dd27752be696"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    conn = op.get_bind()

    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        if op.get_context().as_sql:
            op.execute("UPDATE document_tags SET weight = 1 WHERE weight IS NULL")
        else:
            for batch in _key_batches("document_tags", "document_id, tag", ":high_0, :high_1"):
                op.execute(
                    sa.text(
                        "UPDATE document_tags SET weight = 1 "
                        "WHERE (document_id, tag) BETWEEN (:low_0, :low_1) AND (:high_0, "
                        ":high_1) AND weight IS NULL"
                    ).bindparams(**batch)
                )


def downgrade():
    pass


def _key_batches(table: str, keys: str, last: str, size: int = 100):
    """Yield the first and the last key of each batch of rows, as low_0, high_0 and so on."""
    bind = op.get_bind()
    select = f"SELECT {keys} FROM {table}"
    first = sa.text(f"{select} ORDER BY {keys} LIMIT {size}")
    after = sa.text(f"{select} WHERE ({keys}) > ({last}) ORDER BY {keys} LIMIT {size}")
    rows = bind.execute(first).all()
    while rows:
        low = {f"low_{i}": value for i, value in enumerate(rows[0])}
        high = {f"high_{i}": value for i, value in enumerate(rows[-1])}
        yield {**low, **high}
        rows = bind.execute(after, high).all()
