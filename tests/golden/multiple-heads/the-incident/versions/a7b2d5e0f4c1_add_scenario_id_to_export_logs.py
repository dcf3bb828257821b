"""add scenario_id to export logs

Revision ID: a7b2d5e0f4c1
Revises: dc2c0f69c1b1
Create Date: 2025-11-11 18:40:09.552871

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "a7b2d5e0f4c1"
down_revision = "dc2c0f69c1b1"
branch_labels = None
depends_on = None

TABLE_NAME = "valuation_export_logs"


def _table_exists() -> bool:
    return sa.inspect(op.get_bind()).has_table(TABLE_NAME)


def upgrade() -> None:
    if not _table_exists():
        # Some installations have no valuation exports yet.
        return

    op.add_column(TABLE_NAME, sa.Column("scenario_id", sa.Integer(), nullable=True))
    op.create_index("ix_valuation_export_logs_scenario_id", TABLE_NAME, ["scenario_id"])


def downgrade() -> None:
    if not _table_exists():
        return

    op.drop_index("ix_valuation_export_logs_scenario_id", table_name=TABLE_NAME)
    op.drop_column(TABLE_NAME, "scenario_id")
