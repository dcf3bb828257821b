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
    # Build the index without blocking writes, then turn it into the constraint.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("tags_pkey_new"), table_name="tags", if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            op.f("tags_pkey_new"),
            "tags",
            ["post_id", "tag"],
            unique=True,
            postgresql_concurrently=True,
        )
        op.drop_constraint("tags_pkey", "tags", type_="primary", if_exists=True)
        op.execute(
            "ALTER TABLE tags ADD CONSTRAINT tags_pkey PRIMARY KEY USING INDEX tags_pkey_new"
        )


def downgrade() -> None:
    op.drop_constraint("tags_pkey", "tags", type_="primary")
    op.create_primary_key("tags_pkey", "tags", ["tag", "post_id"])
