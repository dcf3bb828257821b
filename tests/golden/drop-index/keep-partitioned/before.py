"""keep partitioned"""

import sqlalchemy as sa
from alembic import op

revision = "0d644b4cc670"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.drop_index("ix_events_kind", table_name="events")


def downgrade():
    op.create_index("ix_events_kind", "events", ["kind"])
