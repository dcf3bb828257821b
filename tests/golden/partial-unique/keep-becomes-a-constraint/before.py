"""keep becomes a constraint"""

import sqlalchemy as sa
from alembic import op

revision = "96f2da7bcd28"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.drop_index("uq_accounts_email", table_name="accounts", if_exists=True, postgresql_concurrently=True)
        op.create_index("uq_accounts_email", "accounts", ["email"], unique=True, postgresql_concurrently=True)
    op.execute("ALTER TABLE accounts ADD CONSTRAINT uq_accounts_email UNIQUE USING INDEX uq_accounts_email")


def downgrade():
    op.drop_constraint("uq_accounts_email", "accounts", type_="unique")
