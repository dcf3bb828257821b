"""batch"""

import sqlalchemy as sa
from alembic import op

revision = "aef6b21b604a"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(20)))
        batch_op.create_index("ix_orders_channel", ["channel"], postgresql_concurrently=True)


def downgrade():
    with op.batch_alter_table("orders") as batch_op:
        batch_op.drop_index("ix_orders_channel")
        batch_op.drop_column("channel")
