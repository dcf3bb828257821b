"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "c3"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = {c["name"] for c in sa.inspect(op.get_bind()).get_columns("logs")}
    if "scenario_id" not in columns:
        op.add_column("logs", sa.Column("scenario_id", sa.Integer(), nullable=True))


def downgrade() -> None:
    pass
