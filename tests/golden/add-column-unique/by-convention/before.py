"""by convention

Revision ID: 29db17c6a9df
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "29db17c6a9df"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('orders', sa.Column('invoice_no', sa.String(length=30), unique=True, nullable=True))


def downgrade():
    op.drop_column('orders', 'invoice_no')
