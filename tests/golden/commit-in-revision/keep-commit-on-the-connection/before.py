"""keep commit on the connection"""

import sqlalchemy as sa
from alembic import op

revision = "1b715b9f1e08"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    bind = op.get_bind()
    bind.execute(sa.text("UPDATE orders SET note = 'x' WHERE id = 10"))
    bind.commit()


def downgrade():
    pass
