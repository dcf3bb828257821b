"""unnamed by convention

Revision ID: 46c3030e3f66
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "46c3030e3f66"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Add the constraint for new rows only, then check the old ones without blocking anyone.
    op.drop_constraint(op.f("fk_users_team_id_teams"), "users", type_="foreignkey", if_exists=True)
    op.create_foreign_key(
        op.f("fk_users_team_id_teams"),
        "users",
        "teams",
        ["team_id"],
        ["id"],
        postgresql_not_valid=True,
    )
    with op.get_context().autocommit_block():
        op.execute("ALTER TABLE users VALIDATE CONSTRAINT fk_users_team_id_teams")


def downgrade() -> None:
    op.drop_constraint("fk_users_team_id_teams", "users", type_="foreignkey")
