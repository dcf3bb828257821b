"""keep needs review"""

import sqlalchemy as sa
from alembic import op

revision = "21fd0982441b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # one login per address
    op.create_index("ix_customers_email", "customers", ["email"], unique=True)


def downgrade():
    op.drop_index("ix_customers_email", table_name="customers")
