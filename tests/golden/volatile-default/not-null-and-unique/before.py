"""not null and unique

Revision ID: c947e801f7ef
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "c947e801f7ef"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('orders', sa.Column('public_id', sa.Uuid(), server_default=sa.func.gen_random_uuid(), nullable=False, unique=True))


def downgrade():
    op.drop_column('orders', 'public_id')
