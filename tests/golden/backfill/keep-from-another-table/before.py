"""keep from another table"""

import sqlalchemy as sa
from alembic import op

revision = "8309fd0176fb"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("orders", sa.Column("country", sa.String(2)))
    op.execute("UPDATE orders SET country = c.country FROM customers c WHERE c.id = orders.customer_id")


def downgrade():
    op.drop_column("orders", "country")
