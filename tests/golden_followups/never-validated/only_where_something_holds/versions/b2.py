"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def _is_large() -> bool:
    return op.get_bind().execute(sa.text("SELECT count(*) > 5 FROM orders")).scalar()


def upgrade() -> None:
    if _is_large():
        op.create_foreign_key("fk_orders_user", "orders", "users", ["user_id"], ["id"], ondelete="CASCADE", postgresql_not_valid=True)


def downgrade() -> None:
    pass
