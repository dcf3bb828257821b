"""keep core dml of a model

Revision ID: bac106b8f509
Revises: base
Create Date: 2025-06-19 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "bac106b8f509"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


from app.models import Order


def upgrade() -> None:
    op.execute(sa.update(Order).where(Order.status.is_(None)).values(status="new"))


def downgrade() -> None:
    pass
