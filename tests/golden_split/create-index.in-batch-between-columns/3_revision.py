"""index

Revision ID: 4f1c2a9b7d10
Revises: 631f250ae5bc
"""
import sqlalchemy as sa
from alembic import op

revision = "4f1c2a9b7d10"
down_revision = "631f250ae5bc"
branch_labels = None
depends_on = None

TABLE = "users"


def upgrade():
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.add_column(sa.Column("bio", sa.Text(), nullable=True))

    # ### end Alembic commands ###


def downgrade():
    with op.batch_alter_table(TABLE, schema=None) as batch_op:
        batch_op.drop_column("bio")
