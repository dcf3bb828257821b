"""new column

Revision ID: a18af646b41b
Revises: base
Create Date: 2025-06-22 10:21:07.418290

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision: str = "a18af646b41b"
down_revision: Union[str, None] = "base"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.add_column("customers", sa.Column("email_norm", sa.String(320), nullable=True))
    op.execute("UPDATE customers SET email_norm = lower(email)")


def downgrade() -> None:
    op.drop_column("customers", "email_norm")
