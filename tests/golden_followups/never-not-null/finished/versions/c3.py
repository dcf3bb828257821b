"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_email_filled")
    op.alter_column("users", "email", existing_type=sa.String(200), nullable=False)
    op.drop_constraint("ck_users_email_filled", "users", type_="check")


def downgrade() -> None:
    pass
