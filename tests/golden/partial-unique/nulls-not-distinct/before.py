"""nulls not distinct"""

import sqlalchemy as sa
from alembic import op

revision = "da42cfb1c568"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.add_column("customers", sa.Column("legacy_id", sa.Integer(), nullable=True))
    op.create_index("ix_customers_legacy_id", "customers", ["legacy_id"], unique=True, postgresql_nulls_not_distinct=True)


def downgrade():
    op.drop_index("ix_customers_legacy_id", table_name="customers")
    op.drop_column("customers", "legacy_id")
