"""delete"""

import sqlalchemy as sa
from alembic import op

revision = "f5cc30871f61"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("DELETE FROM orders WHERE status = 'new'")


def downgrade():
    pass
