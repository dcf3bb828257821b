"""nullable uuid

Revision ID: 768126c47100
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "768126c47100"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "orders", sa.Column("public_id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=True)
    )


def downgrade() -> None:
    op.drop_column("orders", "public_id")
