"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key("fk_orders_user", "orders", "users", ["user_id"], ["id"], ondelete="CASCADE", postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_constraint("fk_orders_user", "orders", type_="foreignkey")
