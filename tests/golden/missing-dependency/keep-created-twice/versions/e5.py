"""e5"""
from alembic import op
import sqlalchemy as sa

revision = "e5"
down_revision = ("b2", "c3", "d4")


def upgrade():
    pass


def downgrade():
    pass
