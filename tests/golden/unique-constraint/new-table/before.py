"""new table

Revision ID: 59dac7d1a53b
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "59dac7d1a53b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("codes", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("code", sa.Text()))
    op.create_unique_constraint("uq_codes_code", "codes", ["code"])


def downgrade() -> None:
    op.drop_table("codes")
