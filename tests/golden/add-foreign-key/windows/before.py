"""windows line ends

Revises: base
"""
from alembic import op

revision = "3489c4e2b113"
down_revision = "base"


def upgrade():
    # users leave with their team
    op.create_foreign_key(
        "fk_users_team",
        "users",
        "teams",
        ["team_id"],
        ["id"],  # both integers
        ondelete="CASCADE",
    )


def downgrade():
    op.drop_constraint("fk_users_team", "users", type_="foreignkey")
