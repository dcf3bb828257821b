"""keep nullable in a variable"""

import sqlalchemy as sa
from alembic import op

revision = "7793b10eb28c"
down_revision = "base"
branch_labels = None
depends_on = None


import os

STRICT = os.environ.get("STRICT") == "1"


def upgrade():
    op.alter_column("orders", "status", existing_type=sa.String(20), nullable=not STRICT)


def downgrade():
    op.alter_column("orders", "status", existing_type=sa.String(20), nullable=True)
