"""keep new table"""

import sqlalchemy as sa
from alembic import op

revision = "50bf55929467"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    plans = op.create_table(
        "plans",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("price", sa.Integer),
    )
    op.bulk_insert(plans, [{"name": "free"}, {"name": "team"}])
    op.execute("UPDATE plans SET price = 0")


def downgrade():
    op.drop_table("plans")
