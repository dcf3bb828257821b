"""d4"""
from alembic import op
import sqlalchemy as sa

revision = "d4"
down_revision = "c3"


def upgrade():
    op.create_index("ix_logs_level", "logs", ["level"])


def downgrade():
    pass
