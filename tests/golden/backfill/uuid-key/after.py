'''uuid key

Revision ID: 0aaae3cc05b8
Revises: base
Create Date: 2019-03-11 16:40:02.771102

'''
from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic.
revision = '0aaae3cc05b8'
down_revision = 'base'
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        'documents', sa.Column('slug', sa.String(length=200), nullable=True), if_not_exists=True
    )

    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        if op.get_context().as_sql:
            op.execute(
                "UPDATE documents SET slug = lower(replace(title, ' ', '-')) WHERE slug IS NULL"
            )
        else:
            for batch in _key_batches('documents', 'id', ':high_0'):
                op.execute(
                    sa.text(
                        "UPDATE documents SET slug = lower(replace(title, ' ', '-')) "
                        'WHERE id BETWEEN :low_0 AND :high_0 AND slug IS NULL'
                    ).bindparams(**batch)
                )


def downgrade():
    op.drop_column('documents', 'slug')


def _key_batches(table: str, keys: str, last: str, size: int = 5000):
    """Yield the first and the last key of each batch of rows, as low_0, high_0 and so on."""
    bind = op.get_bind()
    select = f'SELECT {keys} FROM {table}'
    first = sa.text(f'{select} ORDER BY {keys} LIMIT {size}')
    after = sa.text(f'{select} WHERE ({keys}) > ({last}) ORDER BY {keys} LIMIT {size}')
    rows = bind.execute(first).all()
    while rows:
        low = {f'low_{i}': value for i, value in enumerate(rows[0])}
        high = {f'high_{i}': value for i, value in enumerate(rows[-1])}
        yield {**low, **high}
        rows = bind.execute(after, high).all()
