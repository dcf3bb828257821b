"""under an existence test

Revision ID: e45ad1c71f00
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "e45ad1c71f00"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    inspector = sa.inspect(op.get_bind())
    columns = [c["name"] for c in inspector.get_columns("orders")]
    if "team_id" not in columns:
        op.add_column("orders", sa.Column("team_id", sa.Integer(), sa.ForeignKey("teams.id", name="orders_team_fk")))


def downgrade() -> None:
    op.drop_column("orders", "team_id")
