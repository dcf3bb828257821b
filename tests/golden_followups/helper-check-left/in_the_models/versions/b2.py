"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(op.f("ck_users_email_filled"), "users", "email IS NOT NULL", postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_email_filled")
    op.alter_column("users", "email", existing_type=sa.String(200), nullable=False)


def downgrade() -> None:
    op.alter_column("users", "email", existing_type=sa.String(200), nullable=True)
    op.drop_constraint(op.f("ck_users_email_filled"), "users", type_="check", if_exists=True)
