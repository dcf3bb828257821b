"""keep model as table name"""

import sqlalchemy as sa
from alembic import op

revision = "bdb93485779d"
down_revision = "base"
branch_labels = None
depends_on = None


from app.models import Order


def upgrade():
    op.create_index("ix_orders_total", Order.__tablename__, ["total"])


def downgrade():
    op.drop_index("ix_orders_total", table_name=Order.__tablename__)
