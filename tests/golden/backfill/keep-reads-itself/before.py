"""keep reads itself"""

import sqlalchemy as sa
from alembic import op

revision = "cbdc1a8a1bc6"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute('''
        DELETE FROM orders WHERE id NOT IN (
            SELECT min(id) FROM orders GROUP BY number
        )
    ''')


def downgrade():
    pass
