"""b2"""
from alembic import op
import sqlalchemy as sa

revision = 'b2'
down_revision = 'a1'


def upgrade():
    op.create_table("teams", sa.Column("id", sa.Integer, primary_key=True))


def downgrade():
    pass
