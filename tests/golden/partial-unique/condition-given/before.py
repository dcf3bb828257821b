"""condition given"""

import sqlalchemy as sa
from alembic import op

revision = "416ddad05c80"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_customers_email", "customers", ["email"], unique=True)


def downgrade():
    op.drop_index("ix_customers_email", table_name="customers")
