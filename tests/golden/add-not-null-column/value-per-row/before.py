"""value per row

Revision ID: 93fe34febdbd
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "93fe34febdbd"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade():
	op.add_column(
		"orders",
		sa.Column("token", sa.Uuid(), nullable=False),  # handed out to partners
	)


def downgrade():
	op.drop_column("orders", "token")
