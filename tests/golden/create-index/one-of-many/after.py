"""example"""
from alembic import op
import sqlalchemy as sa
revision = "ex1"
down_revision = "base"


def upgrade() -> None:
    # why we do it
    op.add_column(
        "users", sa.Column("email_norm", sa.String(320), nullable=True), if_not_exists=True
    )

    # Build without blocking writes; an interrupted build leaves an invalid index, so drop first.
    with op.get_context().autocommit_block():
        op.drop_index(
            "ix_users_email", table_name="users", if_exists=True, postgresql_concurrently=True
        )
        op.create_index("ix_users_email", "users", ["email"], postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("ix_users_email_norm", table_name="users")
    op.drop_column("users", "email_norm")
