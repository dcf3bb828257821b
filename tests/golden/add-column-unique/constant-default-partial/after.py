"""constant default partial

Revision ID: 9bc75797c0cc
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "9bc75797c0cc"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "users", sa.Column("slug", sa.String(60), server_default="", nullable=False), if_not_exists=True
    )

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("users_slug_key"), table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            op.f("users_slug_key"),
            "users",
            ["slug"],
            unique=True,
            postgresql_where=sa.text("slug <> ''"),
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    op.drop_column("users", "slug")
