"""keep volatile value"""

import sqlalchemy as sa
from alembic import op

revision = "7b68dd4b479b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE documents SET words = (random() * 100)::int")


def downgrade():
    pass
