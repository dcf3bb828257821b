"""sqlite too

Revision ID: 3ae6673f20ee
Revises: base
Create Date: 2025-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = "3ae6673f20ee"
down_revision = "base"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        # Add the constraint for new rows only, then check the old ones without blocking anyone.
        op.drop_constraint("fk_users_team", "users", type_="foreignkey", if_exists=True)
        op.create_foreign_key(
            "fk_users_team", "users", "teams", ["team_id"], ["id"], postgresql_not_valid=True
        )
        with op.get_context().autocommit_block():
            op.execute("ALTER TABLE users VALIDATE CONSTRAINT fk_users_team")
    else:
        with op.batch_alter_table("users") as batch_op:
            batch_op.create_foreign_key("fk_users_team", "teams", ["team_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("users") as batch_op:
        batch_op.drop_constraint("fk_users_team", type_="foreignkey")
