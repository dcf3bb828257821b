import sqlalchemy as sa
from alembic import op

revision = "3f2a"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("email_norm", sa.String(320), nullable=True))
    op.execute("UPDATE users SET email_norm = lower(email)")
    op.alter_column("users", "email_norm", existing_type=sa.String(320), nullable=False)
    op.create_index("ix_users_email_norm", "users", ["email_norm"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_users_email_norm", table_name="users")
    op.drop_column("users", "email_norm")
