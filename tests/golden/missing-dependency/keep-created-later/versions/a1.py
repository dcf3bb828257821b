"""a1"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.add_column("logs", sa.Column("level", sa.String(10)))


def downgrade():
    pass
