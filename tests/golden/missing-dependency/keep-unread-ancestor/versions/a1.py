"""a1"""
from alembic import op
import sqlalchemy as sa

revision = "a1"
down_revision = None


def upgrade():
    from app.models import Base

    Base.metadata.create_all(op.get_bind())


def downgrade():
    pass
