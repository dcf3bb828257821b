"""unique in schema

Revision ID: 39bfd58ae952
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "39bfd58ae952"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("items", sa.Column("sku", sa.String(40), index=True, unique=True), schema="stock")


def downgrade():
    op.drop_column("items", "sku", schema="stock")
