"""keep values only"""

import sqlalchemy as sa
from alembic import op

revision = "0b32e534889f"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("customers", sa.Column("tier", sa.String(10)))
    op.create_table("tiers", sa.Column("name", sa.String(10), primary_key=True))
    op.execute("INSERT INTO tiers (name) VALUES ('free'), ('team')")


def downgrade():
    op.drop_table("tiers")
    op.drop_column("customers", "tier")
