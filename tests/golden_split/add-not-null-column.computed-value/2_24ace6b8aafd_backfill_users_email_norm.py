"""backfill users.email_norm

Revision ID: 24ace6b8aafd
Revises: 54bd66c93499
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = '24ace6b8aafd'
down_revision: Union[str, Sequence[str], None] = '54bd66c93499'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


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


def upgrade() -> None:
    """Upgrade schema."""
    # Only when the release that writes users.email_norm is live.
    # Change old rows in short transactions: no row stays locked for longer than one batch.
    with op.get_context().autocommit_block():
        for low, high in _key_ranges('users', 'id'):
            op.execute(
                sa.text(
                    'UPDATE users SET email_norm = lower(email) '
                    'WHERE id BETWEEN :low AND :high AND email_norm IS NULL'
                ).bindparams(low=low, high=high)
            )


def downgrade() -> None:
    """Downgrade schema."""
    pass
