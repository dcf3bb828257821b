"""partitioned

Revision ID: 0d3778a9ccf9
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "0d3778a9ccf9"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_foreign_key("fk_events_user", "events", "users", ["user_id"], ["id"])


def downgrade() -> None:
    op.drop_constraint("fk_events_user", "events", type_="foreignkey")
