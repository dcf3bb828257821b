"""keep sqlite branch"""

import sqlalchemy as sa
from alembic import op

revision = "44dbdee7871a"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        op.drop_index("ix_orders_status", table_name="orders")


def downgrade():
    pass
