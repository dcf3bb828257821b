"""keep partitioned parent"""

import sqlalchemy as sa
from alembic import op

revision = "4455a3ae961c"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_events_day_kind", "events", ["day", "kind"])


def downgrade():
    op.drop_index("ix_events_day_kind", table_name="events")
