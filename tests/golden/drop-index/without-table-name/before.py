"""without table name"""

import sqlalchemy as sa
from alembic import op

revision = "b58eb3ae74d6"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_index("ix_customers_name")


def downgrade():
    op.create_index("ix_customers_name", "customers", ["name"])
