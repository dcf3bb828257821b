"""a type"""
from alembic import op

revision = "base"
down_revision = None


def upgrade():
    op.execute("CREATE TYPE mood AS ENUM ('happy', 'sad')")


def downgrade():
    op.execute("DROP TYPE mood")
