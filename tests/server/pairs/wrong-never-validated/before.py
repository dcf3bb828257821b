"""Orders belong to users."""

from alembic import op

revision = "orders_of_users"
down_revision = "base"


def upgrade() -> None:
    op.create_foreign_key("fk_orders_user", "orders", "users", ["user_id"], ["id"], ondelete="CASCADE")


def downgrade() -> None:
    op.drop_constraint("fk_orders_user", "orders", type_="foreignkey")
