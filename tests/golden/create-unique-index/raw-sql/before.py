"""raw sql"""

import sqlalchemy as sa
from alembic import op

revision = "9632be146c5d"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("customers", sa.Column("crm_id", sa.BigInteger()))
    op.execute("CREATE UNIQUE INDEX ix_customers_crm_id ON customers (crm_id)")


def downgrade():
    op.execute("DROP INDEX ix_customers_crm_id")
    op.drop_column("customers", "crm_id")
