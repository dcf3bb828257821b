"""step 4 of 4"""
from alembic import op
import sqlalchemy as sa

revision = "e5"
down_revision = "d4"


def upgrade():
    op.drop_constraint("ck_users_email", "users", type_="check")


def downgrade():
    pass
