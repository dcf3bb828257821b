"""computed value

Revision ID: 2f4dbee0046d
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "2f4dbee0046d"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column('users', sa.Column('email_norm', sa.String(length=320), nullable=False, comment='lower case'))
    op.create_index('ix_users_email_norm', 'users', ['email_norm'], unique=False)


def downgrade():
    op.drop_index('ix_users_email_norm', table_name='users')
    op.drop_column('users', 'email_norm')
