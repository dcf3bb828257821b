"""backfill users.tier

Revision ID: f091c5c80341
Revises: f0a1c7de86b6
Create Date: 2023-11-14 22:13:20

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = 'f091c5c80341'
down_revision: Union[str, Sequence[str], None] = 'f0a1c7de86b6'
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


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


def upgrade() -> None:
    """Upgrade schema."""
    # Only when the release that writes users.tier is live.
    # Change old rows in short transactions: no row stays locked for longer than one batch.
    if op.get_context().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            for low, high in _key_ranges("users", "id"):
                op.execute(
                    sa.text(
                        "UPDATE users SET tier = 'free' "
                        "WHERE id BETWEEN :low AND :high AND tier IS NULL"
                    ).bindparams(low=low, high=high)
                )
    else:
        op.execute("UPDATE users SET tier = 'free'")
        with op.batch_alter_table("users", schema=None) as batch_op:
            batch_op.alter_column("tier", existing_type=sa.String(20), nullable=False)


def downgrade() -> None:
    """Downgrade schema."""
    if op.get_context().dialect.name == "postgresql":
        op.alter_column("users", "tier", existing_type=sa.String(20), nullable=True)
