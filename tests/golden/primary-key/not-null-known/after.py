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
    # Build the index without blocking writes, then turn it into the constraint.
    with op.get_context().autocommit_block():
        op.drop_constraint("tags_pkey", "tags", type_="primary", if_exists=True)
        op.drop_index("tags_pkey", table_name="tags", if_exists=True, postgresql_concurrently=True)
        op.create_index(
            "tags_pkey", "tags", ["post_id", "tag"], unique=True, postgresql_concurrently=True
        )
        op.execute("ALTER TABLE tags ADD CONSTRAINT tags_pkey PRIMARY KEY USING INDEX tags_pkey")


def downgrade() -> None:
    op.drop_constraint("tags_pkey", "tags", type_="primary")
