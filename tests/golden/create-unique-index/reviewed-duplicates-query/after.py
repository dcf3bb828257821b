"""reviewed duplicates query"""

import sqlalchemy as sa
from alembic import op

revision = "49b8ed1affd8"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # one login per address
    # asked for by support
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_customers_email", table_name="customers", if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            "ix_customers_email", "customers", ["email"], unique=True, postgresql_concurrently=True
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_customers_email", table_name="customers", if_exists=True, postgresql_concurrently=True
        )
