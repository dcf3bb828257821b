"""index

Revision ID: 5a1c2a9b7d11
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "5a1c2a9b7d11"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nick", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("bio", sa.Text(), nullable=True))
        batch_op.create_index(batch_op.f("ix_users_team"), ["team"], unique=False)


def downgrade():
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_team"))
        batch_op.drop_column("bio")
        batch_op.drop_column("nick")
