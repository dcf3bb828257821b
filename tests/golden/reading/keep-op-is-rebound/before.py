"""keep op is rebound"""

import sqlalchemy as sa
from alembic import op

revision = "f6ac60edb64a"
down_revision = "base"
branch_labels = None
depends_on = None


from app.testing import FakeOperations

op = FakeOperations()


def upgrade():
    op.create_index("ix_orders_total", "orders", ["total"])


def downgrade():
    pass
