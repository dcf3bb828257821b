"""keep already concurrent"""

import sqlalchemy as sa
from alembic import op

revision = "e9f660a90cc2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_note", table_name="orders", if_exists=True, postgresql_concurrently=True)
        op.create_index("ix_orders_note", "orders", ["note"], unique=True, postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_orders_note", table_name="orders", if_exists=True, postgresql_concurrently=True)
