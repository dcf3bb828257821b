"""composite key"""

import sqlalchemy as sa
from alembic import op

revision = "dd27752be696"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    conn = op.get_bind()
    conn.execute(sa.text("UPDATE document_tags SET weight = 1 WHERE weight IS NULL"))


def downgrade():
    pass
