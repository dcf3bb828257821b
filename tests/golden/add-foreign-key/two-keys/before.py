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
    op.create_foreign_key("fk_users_team", "users", "teams", ["team_id"], ["id"], ondelete="SET NULL")
    op.create_foreign_key("fk_orders_user", "orders", "users", ["user_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_orders_user", "orders", type_="foreignkey")
    op.drop_constraint("fk_users_team", "users", type_="foreignkey")
