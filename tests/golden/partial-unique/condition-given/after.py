"""condition given"""

import sqlalchemy as sa
from alembic import op

revision = "416ddad05c80"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_customers_email",
            table_name="customers",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            "ix_customers_email", "customers", ["email"], unique=True, postgresql_concurrently=True, postgresql_where=sa.text("country = 'de'")
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_customers_email",
            table_name="customers",
            if_exists=True,
            postgresql_concurrently=True,
        )
