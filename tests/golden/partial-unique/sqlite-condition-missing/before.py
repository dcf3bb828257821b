"""sqlite condition missing"""

import sqlalchemy as sa
from alembic import op

revision = "4e0899c89318"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "api_keys",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("revoked_at", sa.DateTime),
    )
    op.create_index(
        "ix_api_keys_digest",
        "api_keys",
        ["digest"],
        unique=True,
        postgresql_where=sa.text("revoked_at IS NULL"),
    )


def downgrade():
    op.drop_table("api_keys")
