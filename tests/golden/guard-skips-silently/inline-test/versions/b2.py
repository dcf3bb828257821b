"""b2"""
from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"


def upgrade():
    bind = op.get_bind()
    inspector = sa.inspect(bind)
    if "logs" not in inspector.get_table_names():
        return
    op.add_column("logs", sa.Column("level", sa.String(10)))


def downgrade():
    pass
