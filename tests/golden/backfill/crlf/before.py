"""crlf"""

import sqlalchemy as sa
from alembic import op

revision = "8bd544dad2ca"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("UPDATE orders SET note = 'imported' WHERE note IS NULL")  # old shop


def downgrade():
    op.execute("UPDATE orders SET note = NULL WHERE note = 'imported'")
