"""value given

Revision ID: b5f328cde95e
Revises: 8fb4fa02c6da
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "b5f328cde95e"
down_revision = "8fb4fa02c6da"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Only when the release that writes users.tier itself is live.
    with op.get_context().autocommit_block():
        op.alter_column("users", "tier", server_default=None)


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.alter_column("users", "tier", server_default="free")
