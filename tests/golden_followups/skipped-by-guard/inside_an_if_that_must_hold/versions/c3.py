"""scenarios"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "b2"
branch_labels = None
depends_on = None


def _exists() -> bool:
    return sa.inspect(op.get_bind()).has_table("logs")


def upgrade() -> None:
    if _exists():
        op.add_column("logs", sa.Column("scenario_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    if _exists():
        op.drop_column("logs", "scenario_id")
