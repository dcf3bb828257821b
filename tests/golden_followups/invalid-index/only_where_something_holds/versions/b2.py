"""a change"""

from alembic import op
import sqlalchemy as sa

revision = "b2"
down_revision = "a1"
branch_labels = None
depends_on = None


def _is_large() -> bool:
    return op.get_bind().execute(sa.text("SELECT count(*) > 5 FROM users")).scalar()


def upgrade() -> None:
    if _is_large():
        with op.get_context().autocommit_block():
            op.create_index("ix_users_email", "users", ["email"], postgresql_concurrently=True, if_not_exists=True)


def downgrade() -> None:
    pass
