"""A tier."""

import sqlalchemy as sa
from alembic import op

revision = "add_tier"
down_revision = "base"


def upgrade() -> None:
    op.add_column("users", sa.Column("tier", sa.String(20), server_default="free", nullable=False))
    op.alter_column("users", "tier", server_default=None)


def downgrade() -> None:
    op.drop_column("users", "tier")
