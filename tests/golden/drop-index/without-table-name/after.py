"""without table name"""

import sqlalchemy as sa
from alembic import op

revision = "b58eb3ae74d6"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # Drop without queueing readers behind an ACCESS EXCLUSIVE lock.
    with op.get_context().autocommit_block():
        op.drop_index("ix_customers_name", if_exists=True, postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_customers_name",
            table_name="customers",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index("ix_customers_name", "customers", ["name"], postgresql_concurrently=True)
