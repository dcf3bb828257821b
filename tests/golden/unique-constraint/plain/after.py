"""plain

Revision ID: 9425d665c6ed
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "9425d665c6ed"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Build the index without blocking writes, then turn it into the constraint.
    with op.get_context().autocommit_block():
        op.drop_constraint("uq_users_email", "users", type_="unique", if_exists=True)
        op.drop_index(
            "uq_users_email", table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            "uq_users_email", "users", ["email"], unique=True, postgresql_concurrently=True
        )
        op.execute(
            "ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE USING INDEX uq_users_email"
        )


def downgrade() -> None:
    op.drop_constraint("uq_users_email", "users", type_="unique")
