"""directive then sql

Revision ID: 0d24a5384289
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "0d24a5384289"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_constraint('fk_users_team', 'users', type_='foreignkey', if_exists=True)
    op.create_foreign_key('fk_users_team', 'users', 'teams', ['team_id'], ['id'], postgresql_not_valid=True)

    # Check old rows after a commit, when the lock of the statement that added the constraint is gone.
    with op.get_context().autocommit_block():
        op.execute('ALTER TABLE users VALIDATE CONSTRAINT fk_users_team')


def downgrade():
    op.drop_constraint('fk_users_team', 'users', type_='foreignkey')
