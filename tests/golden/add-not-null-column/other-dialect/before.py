"""other dialect

Revision ID: 1b74a60cc4b1
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "1b74a60cc4b1"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        with op.batch_alter_table("users") as batch_op:
            batch_op.add_column(sa.Column("tier", sa.String(20), nullable=False))
    else:
        op.add_column("users", sa.Column("tier", sa.String(20), nullable=False, server_default="free"))


def downgrade() -> None:
    op.drop_column("users", "tier")
