"""new table

Revision ID: 10333854c195
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "10333854c195"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("bids", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("sum", sa.Integer()))
    op.create_check_constraint("bids_sum_positive", "bids", "sum > 0")


def downgrade() -> None:
    op.drop_table("bids")
