"""tags without a key"""

import sqlalchemy as sa
from alembic import op

revision = "base"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(40), nullable=False),
        sa.Column("weight", sa.Integer()),
        sa.PrimaryKeyConstraint("tag", "post_id", name="tags_pkey"),
    )


def downgrade() -> None:
    op.drop_table("tags")
