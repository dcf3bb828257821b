"""two keys

Revision ID: 9c672af528b9
Revises: dd8f48fa1cce
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "9c672af528b9"
down_revision = "dd8f48fa1cce"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Check the rows that were there before: nobody waits for it.
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE orders VALIDATE CONSTRAINT fk_orders_user")


def downgrade() -> None:
    pass
