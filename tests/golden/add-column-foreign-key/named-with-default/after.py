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
            server_default="1",
            nullable=False,
        ),
        if_not_exists=True,
    )

    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.drop_constraint("users_home_fk", "users", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        "users_home_fk",
        "users",
        "teams",
        ["home_id"],
        ["id"],
        deferrable=True,
        initially="DEFERRED",
        postgresql_not_valid=True,
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT users_home_fk")


def downgrade() -> None:
    op.drop_column("users", "home_id")
