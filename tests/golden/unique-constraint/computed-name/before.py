"""computed name

Revision ID: eb326ccacd94
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "eb326ccacd94"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table, column in (("users", "email"), ("orders", "external_id")):
        op.create_unique_constraint(f"uq_{table}_{column}", table, [column])


def downgrade() -> None:
    for table, column in (("users", "email"), ("orders", "external_id")):
        op.drop_constraint(f"uq_{table}_{column}", table)
