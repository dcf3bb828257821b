"""on another table

Revision ID: dc514858fb49
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "dc514858fb49"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("note", sa.Text()))
    op.execute("ALTER TABLE orders VALIDATE CONSTRAINT orders_by_hand")


def downgrade() -> None:
    op.drop_column("users", "note")
