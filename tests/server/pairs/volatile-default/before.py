"""A token."""

import sqlalchemy as sa
from alembic import op

revision = "add_token"
down_revision = "base"


def upgrade() -> None:
    op.add_column("users", sa.Column("token", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False))


def downgrade() -> None:
    op.drop_column("users", "token")
