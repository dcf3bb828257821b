"""keep keyword is false"""

import sqlalchemy as sa
from alembic import op

revision = "5e9d39ceb4f2"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("tags", sa.Column("id", sa.Integer, primary_key=True), sa.Column("label", sa.String(50)))
    op.create_index("ix_tags_label", "tags", ["label"], postgresql_concurrently=False)


def downgrade():
    op.drop_table("tags")
