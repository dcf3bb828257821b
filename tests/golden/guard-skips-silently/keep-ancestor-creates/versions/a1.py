"""a1"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    op.create_table("logs", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    pass
