"""wider key

Revision ID: db366345752e
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "db366345752e"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("tags_pkey", "tags", type_="primary")
    op.create_primary_key("tags_pkey", "tags", ["post_id", "tag"])


def downgrade() -> None:
    op.drop_constraint("tags_pkey", "tags", type_="primary")
    op.create_primary_key("tags_pkey", "tags", ["tag", "post_id"])
