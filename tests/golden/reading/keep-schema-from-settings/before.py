"""keep schema from settings"""

import sqlalchemy as sa
from alembic import op

revision = "2d01980414b6"
down_revision = "base"
branch_labels = None
depends_on = None


from app.config import settings


def upgrade():
    op.execute(f"UPDATE {settings.schema}.orders SET note = ''")
    op.execute("UPDATE orders SET note = '%s'" % settings.note)


def downgrade():
    pass
