"""in sql

Revision ID: 93dc09aaf71b
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "93dc09aaf71b"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.execute("ALTER TABLE orders DROP CONSTRAINT IF EXISTS fk_orders_user")
    op.execute(
        """
        ALTER TABLE orders
            ADD CONSTRAINT fk_orders_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE NOT VALID
        """
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user")


def downgrade() -> None:
    op.execute("ALTER TABLE orders DROP CONSTRAINT fk_orders_user")
