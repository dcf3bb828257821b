"""step 2 of 4, in a transaction of its own"""
from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"


def upgrade():
    op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_email")


def downgrade():
    pass
