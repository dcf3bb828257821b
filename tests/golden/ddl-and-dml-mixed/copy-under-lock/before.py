"""copy under lock"""

import sqlalchemy as sa
from alembic import op

revision = "33a5e2354255"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "countries",
        sa.Column("code", sa.String(2), primary_key=True),
        sa.Column("name", sa.String(100)),
    )
    op.add_column("customers", sa.Column("region", sa.String(20), nullable=True))
    # every country that occurs
    op.execute("INSERT INTO countries (code) SELECT DISTINCT country FROM customers ON CONFLICT DO NOTHING")


def downgrade():
    op.drop_column("customers", "region")
    op.drop_table("countries")
