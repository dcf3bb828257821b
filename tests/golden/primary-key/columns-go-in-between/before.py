"""columns go in between

Revision ID: d613af3af281
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "d613af3af281"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint("tags_pkey", "tags", type_="primary")
    op.drop_column("tags", "weight")
    op.create_primary_key("tags_pkey", "tags", ["post_id", "tag"])


def downgrade() -> None:
    op.drop_constraint("tags_pkey", "tags", type_="primary")
    op.add_column("tags", sa.Column("weight", sa.Integer()))
    op.create_primary_key("tags_pkey", "tags", ["tag", "post_id"])
