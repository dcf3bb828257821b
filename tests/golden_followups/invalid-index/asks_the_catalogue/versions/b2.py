"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def _is_invalid(name: str) -> bool:
    query = sa.text("SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(:name) AND NOT indisvalid")
    return op.get_bind().execute(query, {"name": name}).scalar() is not None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        if _is_invalid("ix_users_email"):
            op.drop_index("ix_users_email", table_name="users", postgresql_concurrently=True)
        op.create_index("ix_users_email", "users", ["email"], postgresql_concurrently=True, if_not_exists=True)


def downgrade() -> None:
    pass
