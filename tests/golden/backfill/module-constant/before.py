"""module constant"""

import sqlalchemy as sa
from alembic import op

revision = "b4b6508777f5"
down_revision = "base"
branch_labels = None
depends_on = None


FILL = "UPDATE orders SET note = 'none' WHERE note IS NULL"


def upgrade() -> None:
    op.execute(FILL)


def downgrade() -> None:
    pass
