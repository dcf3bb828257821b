"""several statements in one string"""

import sqlalchemy as sa
from alembic import op

revision = "8af00909467c"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.execute('''
        UPDATE customers SET name = 'unknown' WHERE name IS NULL;
        UPDATE orders SET note = '' WHERE note IS NULL;
    ''')


def downgrade():
    pass
