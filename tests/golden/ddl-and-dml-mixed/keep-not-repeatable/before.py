"""keep not repeatable"""

import sqlalchemy as sa
from alembic import op

revision = "e515442ac557"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("customers", sa.Column("tier", sa.String(10)))
    op.create_table("visits", sa.Column("id", sa.Integer, primary_key=True), sa.Column("customer_id", sa.Integer))
    op.execute("INSERT INTO visits (customer_id) SELECT id FROM customers")


def downgrade():
    op.drop_table("visits")
    op.drop_column("customers", "tier")
