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
    op.add_column('orders', sa.Column('team_id', sa.Integer(), nullable=True), if_not_exists=True)

    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.drop_constraint(op.f('orders_team_id_fkey'), 'orders', type_='foreignkey', if_exists=True)
    op.create_foreign_key(
        op.f('orders_team_id_fkey'),
        'orders',
        'teams',
        ['team_id'],
        ['id'],
        ondelete='CASCADE',
        postgresql_not_valid=True,
    )
    with op.get_context().autocommit_block():
        op.execute('ALTER TABLE orders VALIDATE CONSTRAINT orders_team_id_fkey')


def downgrade():
    op.drop_column('orders', 'team_id')
