"""add fill constrain

Revision ID: 25faae60a36f
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "25faae60a36f"
down_revision = "base"
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
