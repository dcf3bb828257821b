"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE users SET email = 'unknown' WHERE email IS NULL")
    op.create_check_constraint("ck_users_email_filled", "users", "email IS NOT NULL", postgresql_not_valid=True)


def downgrade() -> None:
    pass
