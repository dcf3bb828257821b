"""two keys

Revision ID: 9c672af528b9
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "9c672af528b9"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.drop_constraint("fk_users_team", "users", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        "fk_users_team",
        "users",
        "teams",
        ["team_id"],
        ["id"],
        ondelete="SET NULL",
        postgresql_not_valid=True,
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT fk_users_team")

    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.drop_constraint("fk_orders_user", "orders", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        "fk_orders_user", "orders", "users", ["user_id"], ["id"], postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user")


def downgrade() -> None:
    op.drop_constraint("fk_orders_user", "orders", type_="foreignkey")
    op.drop_constraint("fk_users_team", "users", type_="foreignkey")
