"""A token."""

import sqlalchemy as sa
from alembic import op

revision = "add_token"
down_revision = "base"


def upgrade() -> None:
    op.add_column("users", sa.Column("token", sa.Uuid(), nullable=True), if_not_exists=True)
    op.alter_column("users", "token", existing_type=sa.Uuid(), server_default=sa.text("gen_random_uuid()"))
    with op.get_context().autocommit_block():
        op.execute("UPDATE users SET token = gen_random_uuid() WHERE token IS NULL")
    op.drop_constraint("ck_users_token_filled", "users", type_="check", if_exists=True)
    op.create_check_constraint(op.f("ck_users_token_filled"), "users", "token IS NOT NULL", postgresql_not_valid=True)
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT ck_users_token_filled")
    op.alter_column("users", "token", existing_type=sa.Uuid(), nullable=False)
    op.drop_constraint("ck_users_token_filled", "users", type_="check")


def downgrade() -> None:
    op.drop_column("users", "token")
