"""example"""
from alembic import op
import sqlalchemy as sa
revision = "ex1"
down_revision = "base"


def upgrade() -> None:
    # why we do it
    op.add_column("users", sa.Column("email_norm", sa.String(320), nullable=True))
    op.create_index("ix_users_email", "users", ["email"])


def downgrade() -> None:
    op.drop_index("ix_users_email_norm", table_name="users")
    op.drop_column("users", "email_norm")
