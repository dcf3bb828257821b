"""sqlite too

Revision ID: afcdff472137
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "afcdff472137"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tier", sa.String(20), nullable=True))

    op.execute("UPDATE users SET tier = 'free'")

    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.alter_column("tier", existing_type=sa.String(20), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("tier")
