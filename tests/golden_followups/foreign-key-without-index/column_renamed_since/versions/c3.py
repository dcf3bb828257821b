"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("orders", "seller_id", new_column_name="vendor_id")


def downgrade() -> None:
    op.alter_column("orders", "vendor_id", new_column_name="seller_id")
