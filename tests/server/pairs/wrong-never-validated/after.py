"""Orders belong to users."""

from alembic import op

revision = "orders_of_users"
down_revision = "base"


def upgrade() -> None:
    op.drop_constraint("fk_orders_user", "orders", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        "fk_orders_user", "orders", "users", ["user_id"], ["id"], ondelete="CASCADE", postgresql_not_valid=True
    )


def downgrade() -> None:
    op.drop_constraint("fk_orders_user", "orders", type_="foreignkey")
