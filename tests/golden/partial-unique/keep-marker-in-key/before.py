"""keep marker in key"""

import sqlalchemy as sa
from alembic import op

revision = "e7e278897f8d"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_accounts_email", "accounts", ["email", "deleted_at"], unique=True, postgresql_concurrently=True)


def downgrade():
    op.drop_index("ix_accounts_email", table_name="accounts")
