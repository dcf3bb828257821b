"""older alembic

Revision ID: c6ab1ce83a73
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "c6ab1ce83a73"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('orders', sa.Column('team_id', sa.Integer(), sa.ForeignKey('teams.id', ondelete='CASCADE'), nullable=True))


def downgrade():
    op.drop_column('orders', 'team_id')
