"""keep mysql has none"""

import sqlalchemy as sa
from alembic import op

revision = "2ad8f100d9dc"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_accounts_email", "accounts", ["email"], unique=True)


def downgrade():
    op.drop_index("ix_accounts_email", table_name="accounts")
