"""the index of b2 is invalid on production"""
from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_users_email")
        op.execute("CREATE INDEX CONCURRENTLY ix_users_email ON users (email)")


def downgrade():
    pass
