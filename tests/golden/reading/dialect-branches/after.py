"""dialect branches"""

import sqlalchemy as sa
from alembic import op

revision = "51a9d84db0b3"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        # Build without blocking writes; an interrupted build leaves an invalid index, so drop
        # first.
        with op.get_context().autocommit_block():
            op.drop_index(
                "ix_orders_total", table_name="orders", if_exists=True, postgresql_concurrently=True
            )
            op.create_index("ix_orders_total", "orders", ["total"], postgresql_concurrently=True)
    else:
        op.create_index("ix_orders_total", "orders", ["total"], sqlite_where=sa.text("total > 0"))


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_orders_total", table_name="orders", if_exists=True, postgresql_concurrently=True
        )
