"""keep counts up"""

import sqlalchemy as sa
from alembic import op

revision = "c163274b94c2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE documents SET words = coalesce(words, 0) + 1")


def downgrade():
    op.execute("UPDATE documents SET words = words - 1")
