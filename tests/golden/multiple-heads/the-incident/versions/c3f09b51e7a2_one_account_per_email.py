"""one account per email

Revision ID: c3f09b51e7a2
Revises: 89a67cacf69a
Create Date: 2025-11-12 10:55:31.774203

"""
from alembic import op


# revision identifiers, used by Alembic.
revision = "c3f09b51e7a2"
down_revision = "89a67cacf69a"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_accounts_email", "accounts", ["email"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_accounts_email", table_name="accounts")
