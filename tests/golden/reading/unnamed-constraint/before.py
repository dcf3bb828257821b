"""unnamed constraint"""

import sqlalchemy as sa
from alembic import op

revision = "12dae309e887"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("orders", schema=None) as batch_op:
        batch_op.create_unique_constraint(None, ["customer_id", "number"])


def downgrade():
    op.drop_constraint("orders_customer_id_number_key", "orders", type_="unique")
