"""computed value

Revision ID: 2f4dbee0046d
Revises: ae5d504ef8a1
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "2f4dbee0046d"
down_revision = "ae5d504ef8a1"
branch_labels = None
depends_on = None


def upgrade():
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index('ix_users_email_norm', table_name='users', if_exists=True, postgresql_concurrently=True)
        op.create_index(
            'ix_users_email_norm', 'users', ['email_norm'], unique=False, postgresql_concurrently=True
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index('ix_users_email_norm', table_name='users', if_exists=True, postgresql_concurrently=True)
