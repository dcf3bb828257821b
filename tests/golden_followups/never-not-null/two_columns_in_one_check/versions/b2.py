"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("ck_users_both", "users", "email IS NOT NULL AND deleted_at IS NOT NULL")


def downgrade() -> None:
    pass
