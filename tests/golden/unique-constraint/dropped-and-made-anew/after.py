"""dropped and made anew

Revision ID: 75fa6594bb25
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "75fa6594bb25"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # a team may use an address once
    # Build the index without blocking writes, then turn it into the constraint.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("uq_users_email_new"),
            table_name="users",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f("uq_users_email_new"),
            "users",
            ["team_id", "email"],
            unique=True,
            postgresql_concurrently=True,
        )
        op.drop_constraint("uq_users_email", "users", type_="unique", if_exists=True)
        op.execute(
            "ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email_new"
        )


def downgrade() -> None:
    op.drop_constraint("uq_users_email", "users", type_="unique")
    op.create_unique_constraint("uq_users_email", "users", ["email"])
