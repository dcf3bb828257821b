"""schema and trailing comma"""

import sqlalchemy as sa
from alembic import op

revision = "0f4f8e9f0ebd"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_index(
        "ix_invoices_paid",
        table_name="invoices",
        schema="billing",  # only ever true or null
    )


def downgrade():
    op.create_index("ix_invoices_paid", "invoices", ["paid"], schema="billing")
