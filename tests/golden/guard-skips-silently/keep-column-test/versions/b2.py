"""b2"""
from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"


def upgrade():
    columns = [c["name"] for c in sa.inspect(op.get_bind()).get_columns("logs")]
    if "level" not in columns:
        op.add_column("logs", sa.Column("level", sa.String(10)))


def downgrade():
    pass
