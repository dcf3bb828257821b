'''subquery into new column

Revision ID: 3f2a2cd9b3fb
Revises: base
Create Date: 2019-03-08 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '3f2a2cd9b3fb'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'orders', sa.Column('country', sa.String(length=2), nullable=True), if_not_exists=True
    )

    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        for low, high in _key_ranges('orders', 'id'):
            op.execute(
                sa.text(
                    'UPDATE orders SET country = (SELECT c.country FROM customers c WHERE '
                    'c.id = orders.customer_id) '
                    'WHERE id BETWEEN :low AND :high AND customer_id IS NOT NULL AND country '
                    'IS NULL'
                ).bindparams(low=low, high=high)
            )


def downgrade():
    op.drop_column('orders', 'country')


def _key_ranges(table: str, key: str, size: int = 5000):
    """Yield the first and the last key of each batch of rows; offline, one range for all."""
    if op.get_context().as_sql:
        yield -(2**63), 2**63 - 1
        return
    edges, rows = f'SELECT min({key}), max({key}) FROM', f'SELECT {key} FROM {table}'
    first = sa.text(f'{edges} ({rows} ORDER BY {key} LIMIT {size}) AS batch')
    after = sa.text(f'{edges} ({rows} WHERE {key} > :last ORDER BY {key} LIMIT {size}) AS batch')
    bind = op.get_bind()
    low, high = bind.execute(first).one()
    while high is not None:
        yield low, high
        low, high = bind.execute(after, {'last': high}).one()
