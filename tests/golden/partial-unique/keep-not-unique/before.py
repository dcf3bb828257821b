"""keep not unique"""

import sqlalchemy as sa
from alembic import op

revision = "2831684c4cf3"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_accounts_email", "accounts", ["email"], postgresql_concurrently=True)


def downgrade():
    op.drop_index("ix_accounts_email", table_name="accounts")
