"""d4"""
from alembic import op
import sqlalchemy as sa

revision = "d4"
down_revision = "a1"


def upgrade():
    op.add_column("logs", sa.Column("level", sa.String(10)))


def downgrade():
    pass
