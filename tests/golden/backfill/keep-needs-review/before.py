"""keep needs review"""

import sqlalchemy as sa
from alembic import op

revision = "ded9cdf5007b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE orders SET note = ''")


def downgrade():
    pass
