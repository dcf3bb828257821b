"""Users and their orders."""

import sqlalchemy as sa
from alembic import op

revision = "base"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("email", sa.String(320), nullable=False),
    )
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
    )


def downgrade() -> None:
    op.drop_table("orders")
    op.drop_table("users")
