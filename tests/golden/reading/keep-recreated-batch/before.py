"""a nickname, on a table that SQLite has to copy"""

import sqlalchemy as sa
from alembic import op

revision = "7a1c2a9b7d29"
down_revision = "base"


def upgrade():
    with op.batch_alter_table("users", recreate="always") as batch_op:
        batch_op.add_column(sa.Column("nick", sa.String(40), nullable=True), insert_after="id")
        batch_op.create_index("ix_users_email", ["email"])


def downgrade():
    with op.batch_alter_table("users", recreate="always") as batch_op:
        batch_op.drop_index("ix_users_email")
        batch_op.drop_column("nick")
