"""orders belong to users"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key(None, "orders", "users", ["user_id"], ["id"], ondelete="CASCADE", postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_constraint("orders_user_id_fkey", "orders", type_="foreignkey")
