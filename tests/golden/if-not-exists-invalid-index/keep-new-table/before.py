"""keep new table"""

import sqlalchemy as sa
from alembic import op

revision = "f0bd8d3f4f48"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("labels", sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.String(50)))
    op.create_index("ix_labels_text", "labels", ["text"], if_not_exists=True)


def downgrade():
    op.drop_table("labels")
