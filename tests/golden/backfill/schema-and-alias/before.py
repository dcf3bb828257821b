"""schema and alias"""

import sqlalchemy as sa
from alembic import op

revision = "2d813d899aa7"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("""
        UPDATE billing.invoices AS i
        SET paid = false
        WHERE i.paid IS NULL;
    """)


def downgrade():
    pass
