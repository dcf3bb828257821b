"""nullable

Revision ID: 9fc080b870b8
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "9fc080b870b8"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # E.164
    op.add_column("users", sa.Column("phone", sa.String(32)), if_not_exists=True)

    # Build the index without blocking writes, then turn it into the constraint.
    with op.get_context().autocommit_block():
        op.drop_constraint(op.f("users_phone_key"), "users", type_="unique", if_exists=True)
        op.drop_index(
            op.f("users_phone_key"),
            table_name="users",
            if_exists=True,
            postgresql_concurrently=True,
        )
        op.create_index(
            op.f("users_phone_key"), "users", ["phone"], unique=True, postgresql_concurrently=True
        )
        op.execute(
            "ALTER TABLE users ADD CONSTRAINT users_phone_key UNIQUE USING INDEX users_phone_key"
        )


def downgrade() -> None:
    op.drop_column("users", "phone")
