"""native not null

Revision ID: 9611f3bb5bb0
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "9611f3bb5bb0"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE users DROP CONSTRAINT IF EXISTS users_status_set")
    op.execute("ALTER TABLE users ADD CONSTRAINT users_status_set NOT NULL status NOT VALID")

    # Check old rows after a commit, when the lock of the statement that added the constraint is
    # gone.
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT users_status_set")


def downgrade() -> None:
    op.alter_column("users", "status", existing_type=sa.String(20), nullable=True)
