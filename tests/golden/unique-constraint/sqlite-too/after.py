"""sqlite too

Revision ID: 926698a79543
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "926698a79543"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
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
    else:
        with op.batch_alter_table("users") as batch_op:
            batch_op.create_unique_constraint("uq_users_email", ["email"])


def downgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_constraint("uq_users_email", type_="unique")
