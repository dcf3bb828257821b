"""nulls not distinct"""

import sqlalchemy as sa
from alembic import op

revision = "da42cfb1c568"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column(
        "customers", sa.Column("legacy_id", sa.Integer(), nullable=True), if_not_exists=True
    )

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_customers_legacy_id",
            table_name="customers",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_customers_legacy_id",
            "customers",
            ["legacy_id"],
            unique=True,
            postgresql_where=sa.text("legacy_id IS NOT NULL"),
            postgresql_concurrently=True,
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_customers_legacy_id",
            table_name="customers",
            if_exists=True,
            postgresql_concurrently=True,
        )
    op.drop_column("customers", "legacy_id")
