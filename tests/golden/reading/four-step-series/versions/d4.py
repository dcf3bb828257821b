"""step 3 of 4"""
from alembic import op
import sqlalchemy as sa

revision = "d4"
down_revision = "c3"


def upgrade():
    op.alter_column("users", "email", existing_type=sa.String(320), nullable=False)


def downgrade():
    pass
