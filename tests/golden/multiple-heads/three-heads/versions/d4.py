"""d4"""
from alembic import op
import sqlalchemy as sa

revision = "d4"
down_revision = "a1"


def upgrade():
    pass


def downgrade():
    pass
