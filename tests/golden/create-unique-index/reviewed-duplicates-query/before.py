"""reviewed duplicates query"""

import sqlalchemy as sa
from alembic import op

revision = "49b8ed1affd8"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # one login per address
    op.create_index("ix_customers_email", "customers", ["email"], unique=True)  # asked for by support


def downgrade():
    op.drop_index("ix_customers_email", table_name="customers")
