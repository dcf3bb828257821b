"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DO $$ BEGIN ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user; END $$")


def downgrade() -> None:
    pass
