"""keep commit in a loop"""

import sqlalchemy as sa
from alembic import op

revision = "5d18de13e86e"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    conn = op.get_bind()
    ids = [row[0] for row in conn.execute(sa.text("SELECT id FROM orders ORDER BY id"))]
    for chunk in range(0, len(ids), 100):
        conn.execute(
            sa.text("UPDATE orders SET note = 'seen' WHERE id >= :low AND id < :high"),
            {"low": ids[chunk], "high": ids[chunk] + 1000},
        )
        conn.execute(sa.text("COMMIT"))


def downgrade():
    pass
