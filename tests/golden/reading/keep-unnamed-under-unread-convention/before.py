"""keep unnamed under unread convention"""

import sqlalchemy as sa
from alembic import op

revision = "519b93c5dfcd"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_unique_constraint(None, "orders", ["customer_id", "number"])
    op.create_check_constraint("positive", "orders", "total >= 0")


def downgrade():
    op.drop_constraint("positive", "orders", type_="check")
