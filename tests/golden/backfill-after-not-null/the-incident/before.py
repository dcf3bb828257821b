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
        batch_op.add_column(sa.Column("task_id", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("state", sa.String(length=20), nullable=False, server_default="queued")
        )
        batch_op.add_column(sa.Column("error_message", sa.Text(), nullable=True))
        batch_op.create_index(
            INDEX_NAME,
            ["task_id"],
            unique=True,
        )

    op.execute("UPDATE orders SET state = 'queued' WHERE state IS NULL")


def downgrade() -> None:
    with op.batch_alter_table(TABLE_NAME) as batch_op:
        batch_op.drop_index(INDEX_NAME)
        batch_op.drop_column("error_message")
        batch_op.drop_column("state")
        batch_op.drop_column("task_id")
