"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "d4"
down_revision = "c3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint("ck_users_email_filled", "users", "email IS NOT NULL", postgresql_not_valid=True)


def downgrade() -> None:
    op.drop_constraint("ck_users_email_filled", "users", type_="check")
