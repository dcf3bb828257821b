"""not null known

Revision ID: dac23b03698d
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "dac23b03698d"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_primary_key("tags_pkey", "tags", ["post_id", "tag"])


def downgrade() -> None:
    op.drop_constraint("tags_pkey", "tags", type_="primary")
