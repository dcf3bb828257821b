"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE orders RENAME CONSTRAINT fk_orders_user TO fk_orders_buyer")


def downgrade() -> None:
    pass
