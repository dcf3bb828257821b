"""keep right order"""

import sqlalchemy as sa
from alembic import op

revision = "705961d6c990"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE orders SET status = 'new' WHERE status IS NULL")


def downgrade():
    pass
