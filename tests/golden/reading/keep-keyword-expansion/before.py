"""keep keyword expansion"""

import sqlalchemy as sa
from alembic import op

revision = "82a242c677ba"
down_revision = "base"
branch_labels = None
depends_on = None


fk_kwargs = dict(ondelete="CASCADE", postgresql_not_valid=False)


def upgrade():
    op.create_foreign_key("fk_orders_customer", "orders", "customers", ["customer_id"], ["id"], **fk_kwargs)


def downgrade():
    op.drop_constraint("fk_orders_customer", "orders", type_="foreignkey")
