"""named with default

Revision ID: 74c50c690b6d
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "74c50c690b6d"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "users",
        sa.Column(
            "home_id",
            sa.Integer(),
            sa.ForeignKey("teams.id", name="users_home_fk", deferrable=True, initially="DEFERRED"),
            server_default="1",
            nullable=False,
        ),
    )


def downgrade() -> None:
    op.drop_column("users", "home_id")
