"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("seller_id", sa.Integer(), nullable=True))
    op.create_foreign_key("fk_orders_seller", "orders", "users", ["seller_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_orders_seller", "orders", type_="foreignkey")
    op.drop_column("orders", "seller_id")
