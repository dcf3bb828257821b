"""new table

Revision ID: 82f83e11edec
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "82f83e11edec"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("bids", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("sum", sa.Integer()))
    op.execute("ALTER TABLE bids ADD CONSTRAINT bids_sum CHECK (sum > 0) NOT VALID")
    op.execute("ALTER TABLE bids VALIDATE CONSTRAINT bids_sum")


def downgrade() -> None:
    op.drop_table("bids")
