"""names by one constant"""

import sqlalchemy as sa
from alembic import op

revision = "98f1f4af3273"
down_revision = "base"
branch_labels = None
depends_on = None


TABLE = "orders"
COLUMN = "total"
INDEX = "ix_" + TABLE + "_" + COLUMN


def upgrade():
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, table_name=TABLE, if_exists=True, postgresql_concurrently=True)
        op.create_index(INDEX, TABLE, [COLUMN], unique=False, postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(INDEX, table_name=TABLE, if_exists=True, postgresql_concurrently=True)
