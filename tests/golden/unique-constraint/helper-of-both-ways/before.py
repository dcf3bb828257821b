"""helper of both ways

Revision ID: d8bcccf5275a
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "d8bcccf5275a"
down_revision = "base"
branch_labels = None
depends_on = None


def _unique(on: bool) -> None:
    if on:
        op.create_unique_constraint("uq_users_email", "users", ["email"])
    else:
        op.drop_constraint("uq_users_email", "users", type_="unique")


def upgrade() -> None:
    _unique(True)


def downgrade() -> None:
    _unique(False)
