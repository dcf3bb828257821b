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
    op.create_index(INDEX, TABLE, [COLUMN], unique=False)


def downgrade():
    op.drop_index(INDEX, table_name=TABLE)
