"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_unique_constraint("uq_users_email", "users", ["email"])
    op.add_column("orders", sa.Column("email", sa.String(200), nullable=True))
    op.create_foreign_key("fk_orders_email", "orders", "users", ["email"], ["email"])
    op.create_index("ix_orders_email", "orders", ["email"])


def downgrade() -> None:
    pass
