"""the incident

Revision ID: 2ffb7a9c6d10
Revises: base
Create Date: 2025-06-20 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "2ffb7a9c6d10"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


TABLE_NAME = "orders"
INDEX_NAME = "ix_orders_task_id"


def upgrade() -> None:
    with op.batch_alter_table(TABLE_NAME) as batch_op:
        batch_op.add_column(sa.Column("task_id", sa.String(length=64), nullable=True), if_not_exists=True)

    # Add the column nullable; new rows get the default from now on.
    op.add_column(
        TABLE_NAME,
        sa.Column("state", sa.String(length=20), nullable=True),
        if_not_exists=True
    )
    op.alter_column(TABLE_NAME, "state", existing_type=sa.String(length=20), server_default="queued")
    with op.batch_alter_table(TABLE_NAME) as batch_op:
        batch_op.add_column(sa.Column("error_message", sa.Text(), nullable=True), if_not_exists=True)

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            INDEX_NAME, table_name=TABLE_NAME, if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            INDEX_NAME,
            TABLE_NAME,
            ["task_id"],
            unique=True,
            postgresql_concurrently=True,
        )

        # Change old rows in short transactions: no row stays locked for longer than one batch.
        for low, high in _key_ranges("orders", "id"):
            op.execute(
                sa.text(
                    "UPDATE orders SET state = 'queued' "
                    "WHERE id BETWEEN :low AND :high AND state IS NULL"
                ).bindparams(low=low, high=high)
            )

    # Prove NOT NULL with a CHECK, validated without blocking, so that SET NOT NULL need not scan the table.
    op.drop_constraint(op.f("ck_orders_state_filled"), TABLE_NAME, type_="check", if_exists=True)
    op.create_check_constraint(
        op.f("ck_orders_state_filled"), TABLE_NAME, "state IS NOT NULL", postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT ck_orders_state_filled")
        op.alter_column(TABLE_NAME, "state", existing_type=sa.String(length=20), nullable=False)
        op.drop_constraint(op.f("ck_orders_state_filled"), TABLE_NAME, type_="check")


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index(
            INDEX_NAME, table_name=TABLE_NAME, if_exists=True, postgresql_concurrently=True
        )
    with op.batch_alter_table(TABLE_NAME) as batch_op:
        batch_op.drop_column("error_message")
        batch_op.drop_column("state")
        batch_op.drop_column("task_id")


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
