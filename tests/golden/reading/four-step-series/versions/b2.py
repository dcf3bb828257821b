"""email must be there: step 1 of 4"""
from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"


def upgrade():
    op.create_check_constraint("ck_users_email", "users", "email IS NOT NULL", postgresql_not_valid=True)


def downgrade():
    pass
