"""schema and trailing comma"""

import sqlalchemy as sa
from alembic import op

revision = "0f4f8e9f0ebd"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # Drop without queueing readers behind an ACCESS EXCLUSIVE lock.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_invoices_paid",
            table_name="invoices",
            schema="billing",  # only ever true or null
            if_exists=True,
            postgresql_concurrently=True,
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_invoices_paid",
            table_name="invoices",
            schema="billing",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_invoices_paid", "invoices", ["paid"], schema="billing", postgresql_concurrently=True
        )
