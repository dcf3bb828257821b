"""c3"""
from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"


def upgrade():
    op.add_column("logs", sa.Column("level", sa.String(10)))


def downgrade():
    pass
