"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("users", "age", existing_type=sa.Integer(), type_=sa.BigInteger())


def downgrade() -> None:
    pass
