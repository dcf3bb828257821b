"""new table

Revision ID: 61f2913433ac
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "61f2913433ac"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("plans", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("name", sa.String(50)))
    op.execute("INSERT INTO plans (id, name) VALUES (1, 'free'), (2, 'paid')")
    op.alter_column("plans", "name", existing_type=sa.String(50), nullable=False)


def downgrade() -> None:
    op.drop_table("plans")
