"""keep one row by key"""

import sqlalchemy as sa
from alembic import op

revision = "e94220269eb1"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE customers SET name = 'Head office' WHERE id = 1")
    op.execute("UPDATE orders SET status = 'void' WHERE id IN (10, 20, 30)")


def downgrade():
    pass
