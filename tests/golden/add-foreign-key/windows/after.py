"""windows line ends

Revises: base
"""
from alembic import op

revision = "3489c4e2b113"
down_revision = "base"


def upgrade():
    # users leave with their team
    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.drop_constraint("fk_users_team", "users", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        "fk_users_team",
        "users",
        "teams",
        ["team_id"],
        ["id"],  # both integers
        ondelete="CASCADE",
        postgresql_not_valid=True,
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT fk_users_team")


def downgrade():
    op.drop_constraint("fk_users_team", "users", type_="foreignkey")
