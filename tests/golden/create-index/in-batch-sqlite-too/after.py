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
    if not _has_column("users", "nick"):
        with op.batch_alter_table("users", schema=None) as batch_op:
            batch_op.add_column(sa.Column("nick", sa.String(length=40), nullable=True))
            batch_op.add_column(sa.Column("bio", sa.Text(), nullable=True))

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_users_team"), table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.create_index(
            op.f("ix_users_team"), "users", ["team"], unique=False, postgresql_concurrently=True
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            op.f("ix_users_team"), table_name="users", if_exists=True, postgresql_concurrently=True
        )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("bio")
        batch_op.drop_column("nick")


def _has_column(table: str, column: str, schema=None) -> bool:
    """Whether an interrupted run has committed the column; offline nothing can be asked."""
    if op.get_context().as_sql:
        return False
    return column in [c["name"] for c in sa.inspect(op.get_bind()).get_columns(table, schema=schema)]
