"""raw sql"""

import sqlalchemy as sa
from alembic import op

revision = "9632be146c5d"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("customers", sa.Column("crm_id", sa.BigInteger()), if_not_exists=True)

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_customers_crm_id")
        op.execute("CREATE UNIQUE INDEX CONCURRENTLY ix_customers_crm_id ON customers (crm_id)")


def downgrade():
    with op.get_context().autocommit_block():
        op.execute("DROP INDEX CONCURRENTLY IF EXISTS ix_customers_crm_id")
    op.drop_column("customers", "crm_id")
