"""one account per email"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("uq_users_email", table_name="users", postgresql_concurrently=True, if_exists=True)
        op.create_index("uq_users_email", "users", ["email"], unique=True, postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("uq_users_email", table_name="users")
