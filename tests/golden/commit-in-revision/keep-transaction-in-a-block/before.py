"""keep transaction in a block"""

import sqlalchemy as sa
from alembic import op

revision = "0456c0d5f8f0"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.execute("BEGIN")
        op.execute("UPDATE orders SET note = 'first' WHERE id = 10")
        op.execute("COMMIT")


def downgrade():
    pass
