"""keep partitioned"""

import sqlalchemy as sa
from alembic import op

revision = "8a6c541e6b69"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_events_id_day", "events", ["id", "day"], unique=True)


def downgrade():
    op.drop_index("ix_events_id_day", table_name="events")
