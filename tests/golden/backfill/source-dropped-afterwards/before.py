"""source dropped afterwards"""

import sqlalchemy as sa
from alembic import op

revision = "9f8b53e3d1d5"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("customers", sa.Column("label", sa.String(300), nullable=True))
    op.execute("UPDATE customers SET label = coalesce(name, email)")
    op.drop_column("customers", "name")
    op.create_index("ix_customers_label", "customers", ["label"])


def downgrade():
    op.drop_index("ix_customers_label", table_name="customers")
    op.add_column("customers", sa.Column("name", sa.String(200)))
    op.drop_column("customers", "label")
