"""keep committed between"""

import sqlalchemy as sa
from alembic import op

revision = "f6e6ca3c7fc1"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("ALTER TABLE customers ADD COLUMN IF NOT EXISTS tier text")
    with op.get_context().autocommit_block():
        op.execute("INSERT INTO orders (id, number) SELECT id + 100000, 'X' || id FROM customers ON CONFLICT DO NOTHING")


def downgrade():
    op.execute("DELETE FROM orders WHERE id > 100000")
    op.drop_column("customers", "tier")
