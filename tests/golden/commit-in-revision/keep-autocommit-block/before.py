"""keep autocommit block"""

import sqlalchemy as sa
from alembic import op

revision = "3e5184423393"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("VACUUM orders")


def downgrade():
    pass
