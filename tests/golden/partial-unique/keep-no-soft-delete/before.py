"""keep no soft delete"""

import sqlalchemy as sa
from alembic import op

revision = "c45e2f59534a"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index("ix_members_badge", "members", ["badge"], unique=True, postgresql_concurrently=True)


def downgrade():
    op.drop_index("ix_members_badge", table_name="members")
