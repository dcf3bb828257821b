"""sqlite too

Revision ID: afcdff472137
Revises: f8e8c141b648
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "afcdff472137"
down_revision = "f8e8c141b648"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # NOT NULL says it now.
    if op.get_context().dialect.name == "postgresql":
        with op.get_context().autocommit_block():
            op.drop_constraint(op.f("ck_users_tier_filled"), "users", type_="check", if_exists=True)


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.create_check_constraint(
            op.f("ck_users_tier_filled"), "users", "tier IS NOT NULL", postgresql_not_valid=True
        )
