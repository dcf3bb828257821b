"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ux_users_email", "users", ["email"], unique=True)
    op.create_unique_constraint("uq_users_email", "users", ["email"])


def downgrade() -> None:
    op.drop_index("ux_users_email", table_name="users")
    op.drop_constraint("uq_users_email", "users", type_="unique")
