"""keep loop over unknown"""

import sqlalchemy as sa
from alembic import op

revision = "430cf7607508"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    inspector = sa.inspect(op.get_bind())
    for table in inspector.get_table_names():
        op.create_index(f"ix_{table}_id", table, ["id"])


def downgrade():
    pass
