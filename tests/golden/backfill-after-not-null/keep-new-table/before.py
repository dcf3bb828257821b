"""keep new table"""

import sqlalchemy as sa
from alembic import op

revision = "4273d1dc7ab5"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True))
    op.add_column("notes", sa.Column("kind", sa.String(10), nullable=False, server_default="memo"))
    op.execute("UPDATE notes SET kind = 'memo' WHERE kind IS NULL")


def downgrade():
    op.drop_table("notes")
