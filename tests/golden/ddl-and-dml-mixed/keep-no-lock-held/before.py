"""keep no lock held"""

import sqlalchemy as sa
from alembic import op

revision = "957a83837ca2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("countries", sa.Column("code", sa.String(2), primary_key=True))
    op.execute("INSERT INTO countries (code) SELECT DISTINCT country FROM customers ON CONFLICT DO NOTHING")


def downgrade():
    op.drop_table("countries")
