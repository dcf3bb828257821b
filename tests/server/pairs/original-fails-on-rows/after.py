"""A country."""

import sqlalchemy as sa
from alembic import op

revision = "add_country"
down_revision = "base"


def upgrade() -> None:
    op.add_column("users", sa.Column("country", sa.String(2), server_default="CH", nullable=False))


def downgrade() -> None:
    op.drop_column("users", "country")
