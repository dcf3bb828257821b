"""condition with or"""

import sqlalchemy as sa
from alembic import op

revision = "10bb7250e66b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute(
        "UPDATE orders SET status = 'unknown' "
        "WHERE status IS NULL OR status = ''"  # both mean the same
    )


def downgrade():
    pass
