"""b2"""
from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"


def _table_exists() -> bool:
    return sa.inspect(op.get_bind()).has_table("logs")


def upgrade():
    if not _table_exists():
        return
    op.add_column("logs", sa.Column("level", sa.String(10)))


def downgrade():
    pass
