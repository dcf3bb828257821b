"""keep partial already"""

import sqlalchemy as sa
from alembic import op

revision = "144c6363e306"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_accounts_email",
            "accounts",
            ["email"],
            unique=True,
            postgresql_where=sa.text("deleted_at IS NULL"),
            postgresql_concurrently=True,
        )


def downgrade():
    op.drop_index("ix_accounts_email", table_name="accounts")
