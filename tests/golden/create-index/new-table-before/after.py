"""index

Revision ID: 0a1c2a9b7d22
Revises: base
"""
import sqlalchemy as sa
from alembic import op

revision = "0a1c2a9b7d22"
down_revision = "base"
branch_labels = None
depends_on = None

def upgrade():
    if not _has_table("teams"):
        op.create_table(
            "teams",
            sa.Column("id", sa.Integer(), primary_key=True),
            sa.Column("name", sa.String(80), nullable=False),
        )
        op.create_index("ix_teams_name", "teams", ["name"])

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_users_team", table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_users_team", "users", ["team"], postgresql_concurrently=True)


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_users_team", table_name="users", if_exists=True, postgresql_concurrently=True
        )
    op.drop_table("teams")


def _has_table(table: str, schema=None) -> bool:
    """Whether an interrupted run has committed the table; offline nothing can be asked."""
    if op.get_context().as_sql:
        return False
    return sa.inspect(op.get_bind()).has_table(table, schema=schema)
