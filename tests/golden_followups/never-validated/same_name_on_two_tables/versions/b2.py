"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("given", "users", "email <> ''", postgresql_not_valid=True)
    op.create_check_constraint("given", "orders", "state <> ''", postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_constraint("given", "orders", type_="check")
    op.drop_constraint("given", "users", type_="check")
