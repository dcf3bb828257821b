"""loop of literals"""

import sqlalchemy as sa
from alembic import op

revision = "abeb06402e20"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        for column in ("total", "note"):

            # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
            op.drop_index(f"ix_orders_{column}", table_name="orders", if_exists=True, postgresql_concurrently=True)
            op.create_index(f"ix_orders_{column}", "orders", [column], postgresql_concurrently=True)


def downgrade():
    for column in ("total", "note"):
        op.drop_index(f"ix_orders_{column}", table_name="orders")
