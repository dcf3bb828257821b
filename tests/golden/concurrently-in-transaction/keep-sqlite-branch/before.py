"""keep sqlite branch"""

import sqlalchemy as sa
from alembic import op

revision = "93f8b42c98db"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    if op.get_context().dialect.name == "sqlite":
        op.create_index("ix_orders_customer_id", "orders", ["customer_id"], postgresql_concurrently=True)


def downgrade():
    pass
